import { AssertionError } from 'node:assert';

/** Fails the check with this sentence unless the condition holds. */
export function assert(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new AssertionError({ message: sentence, stackStartFn: assert });
}

const patienceMs = 10_000;

/** Waits for a promise, and fails the check when nothing comes of it: a guard against waiting for ever. */
export async function withTimeout<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const guard = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AssertionError({ message: `${what}: nothing happened within ${patienceMs / 1000} s.` })),
      patienceMs,
    );
  });
  try {
    return await Promise.race([promise, guard]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a promise that must fail was rejected with. */
export async function failureOf(what: string, promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => ({ kind: 'done' as const }),
    (error: unknown) => ({ kind: 'failed' as const, error }),
  );
  if (outcome.kind === 'failed') return outcome.error;
  throw new AssertionError({ message: `${what}: it went on as if nothing had happened.`, stackStartFn: failureOf });
}

/** Exit code of one of Rolodesk's errors; undefined for any other, which is a bug. */
export function exitCodeOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'exitCode' in error && typeof error.exitCode === 'number'
    ? error.exitCode
    : undefined;
}

export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
