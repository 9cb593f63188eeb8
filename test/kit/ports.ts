import type { Clock } from '../../src/core/clock.ts';
import type { CallContext } from '../../src/core/domain/context.ts';
import type { CredentialStore } from '../../src/core/domain/credential-store.ts';
import type { Json } from '../../src/core/domain/json.ts';
import type { Logger } from '../../src/core/domain/log.ts';

/** What the code under test is handed in place of the time, the log and the disk. */

export const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const noon = Date.parse('2026-11-23T12:00:00Z');

/** Sleeping takes no time, moves the clock on, and is written down. */
export function createSleeplessClock(now = noon) {
  let at = now;
  const slept: number[] = [];
  const clock: Clock = {
    now: () => at,
    elapsed: () => at,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      at += ms;
    },
  };
  return {
    clock,
    slept,
    pass: (ms: number): void => {
      at += ms;
    },
  };
}

/**
 * Time that stands still until nobody has anything left to do, then jumps to whoever wakes up next. `until` runs it to the
 * end of a promise, whatever number of sleepers there are.
 */
export function createSteppedClock(now = noon) {
  let at = now;
  const sleepers = new Set<{ readonly wakesAt: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => at,
    elapsed: () => at,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const stop = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper = {
          wakesAt: at + ms,
          wake: (): void => {
            signal?.removeEventListener('abort', stop);
            resolve();
          },
        };
        signal?.addEventListener('abort', stop, { once: true });
        sleepers.add(sleeper);
      }),
  };

  /** Lets everything run that is not asleep: a turn of the event loop, so that all promises that can settle have settled. */
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
  };

  function wakeNext(): boolean {
    const next = [...sleepers].sort((a, b) => a.wakesAt - b.wakesAt)[0];
    if (!next) return false;
    sleepers.delete(next);
    at = Math.max(at, next.wakesAt);
    next.wake();
    return true;
  }

  return {
    clock,
    settle,
    sleepers: () => sleepers.size,
    /** Moves on by so much, waking everybody whose time comes. */
    async pass(ms: number): Promise<void> {
      const end = at + ms;
      await settle();
      while ([...sleepers].some(({ wakesAt }) => wakesAt <= end)) {
        wakeNext();
        await settle();
      }
      at = end;
    },
    /** Throws when the promise is still open although everybody sleeps for ever. */
    async until<T>(promise: Promise<T>): Promise<T> {
      let open = true;
      const ended = promise.finally(() => {
        open = false;
      });
      ended.catch(() => undefined);
      for (await settle(); open; await settle()) if (!wakeNext() && open) throw new Error('Nobody is left to wake.');
      return await ended;
    },
  };
}

export function memoryCredentials(kept = new Map<string, Json>()): CredentialStore {
  return {
    load: async (name) => kept.get(name),
    save: async (name, value) => {
      kept.set(name, value);
    },
    forget: async (name) => {
      kept.delete(name);
    },
    exclusive: async (_, work) => await work(),
  };
}

export function createContext(signal: AbortSignal = new AbortController().signal) {
  const warnings: string[] = [];
  const texts: string[] = [];
  const context: CallContext = {
    signal,
    log: quiet,
    warn({ code, message }) {
      warnings.push(code);
      texts.push(`${code}: ${message}`);
    },
  };
  /** Codes alone, and codes with their messages. */
  return { context, warnings, texts };
}
