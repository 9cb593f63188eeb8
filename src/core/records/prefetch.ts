/** Asks for the next page while the present one is being handled: one ahead, never more. */
export async function* prefetch<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = pages[Symbol.asyncIterator]();
  try {
    let next = ask(iterator);
    for (;;) {
      const answer = await next;
      if (answer.done) return;
      next = ask(iterator);
      yield answer.value;
    }
  } finally {
    await iterator.return?.();
  }
}

function ask<T>(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
  const answer = iterator.next();
  // Awaited on the next turn; a failure that comes earlier must not count as unhandled.
  answer.catch(() => undefined);
  return answer;
}
