import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

/** A clock under a test's hand: it stands still while anything happens, and jumps to the next one who sleeps when nothing does. */
export interface VirtualClock extends Clock {
  /** The servers' time, which nobody sets: the twins tell it. */
  serverNow(): number;
  /** Lets so much time pass at once. */
  pass(ms: number): void;
  /** Sets this machine's clock to another time; the servers' and what has elapsed stay as they are. */
  setBack(ms: number): void;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Nothing happens: nobody has asked the time for so many looks, a millisecond apart, nor in as many turns of the loop. */
const quietLooks = 3;
const quietTurns = 10;

export function createVirtualClock(startedAt = Date.UTC(2026, 10, 23, 12)): VirtualClock {
  const sleepers = new Set<Sleeper>();
  let elapsedMs = 0;
  let wrongByMs = 0;
  let touched = 0;
  let watching = false;

  function touch<T>(value: T): T {
    touched += 1;
    return value;
  }

  async function isQuiet(): Promise<boolean> {
    const before = touched;
    for (let look = 0; look < quietLooks && touched === before; look += 1) await delay(1);
    for (let turn = 0; turn < quietTurns && touched === before; turn += 1) await nextTurn();
    return touched === before;
  }

  async function watch(): Promise<void> {
    if (watching) return;
    watching = true;
    while (sleepers.size > 0) {
      if (!(await isQuiet())) continue;
      const [first] = [...sleepers].sort((a, b) => a.at - b.at);
      if (!first) break;
      elapsedMs = Math.max(elapsedMs, first.at);
      for (const sleeper of sleepers) if (sleeper.at <= elapsedMs) sleeper.wake();
      touch(undefined);
    }
    watching = false;
  }

  return {
    now: () => touch(startedAt + elapsedMs + wrongByMs),
    serverNow: () => touch(startedAt + elapsedMs),
    elapsed: () => touch(elapsedMs),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      touch(undefined);
      await new Promise<void>((resolve, reject) => {
        const end = (act: () => void) => (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
          act();
        };
        const abort = end(() => reject(signal?.reason));
        const sleeper: Sleeper = { at: elapsedMs + ms, wake: end(resolve) };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
        void watch();
      });
    },
    pass: (ms) => {
      elapsedMs += ms;
      for (const sleeper of sleepers) if (sleeper.at <= elapsedMs) sleeper.wake();
    },
    setBack: (ms) => {
      wrongByMs -= ms;
    },
  };
}
