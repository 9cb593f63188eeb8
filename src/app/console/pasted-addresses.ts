/** Addresses that somebody sends one after the other, for a sign-in that waits for them. */
export interface PastedAddresses {
  readonly addresses: AsyncIterable<string>;
  add(address: string): void;
}

export function createPastedAddresses(signal: AbortSignal): PastedAddresses {
  const queue: string[] = [];
  let wake: () => void = () => undefined;
  signal.addEventListener('abort', () => wake(), { once: true });

  async function* addresses(): AsyncGenerator<string> {
    while (!signal.aborted) {
      const next = queue.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    addresses: addresses(),
    add(address) {
      queue.push(address);
      wake();
    },
  };
}
