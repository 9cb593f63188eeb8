import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

/**
 * When the time goes on, which it does by jumping to the next sleeper's end:
 *
 * - `when-quiet`: when nothing happens any more, sockets and disks included. For tests with real servers.
 * - `each-turn`: with each turn of the event loop. For what waits for nothing but this clock: a week takes a second.
 * - `at-once`: sleeping takes no time at all.
 * - `by-hand`: when the test says so, by `play` or `until`.
 */
export type Moves = 'when-quiet' | 'each-turn' | 'at-once' | 'by-hand';

export interface TestClock extends Clock {
  /** The same clock, for tests that take the rest apart. */
  readonly clock: Clock;
  /** How long each sleep was to last, in milliseconds. */
  readonly slept: readonly number[];
  /** How many sleep now. */
  sleepers(): number;
  /** The servers' time, which nobody sets. */
  serverNow(): number;
  /** Sets this machine's clock to another time. The servers' and what has elapsed stay as they are. */
  setBack(ms: number): void;
  /** So much time passes at once, and wakes everybody whose time has come. */
  pass(ms: number): void;
  /** So much time passes, and each sleeper wakes at its own time. */
  play(ms: number): Promise<void>;
  /** Lets time pass until the promise has settled. Throws when nobody is left to wake and it has not. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets everything run that is not asleep: a turn of the event loop. */
  settle(): Promise<void>;
}

/** What takes the place of this clock where the time is the machine's. */
export type ScenarioClock = Clock & Pick<TestClock, 'serverNow' | 'pass' | 'setBack'>;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Nothing happens: nobody has asked the time for so many looks, a millisecond apart, nor in as many turns of the loop. */
const quietLooks = 3;
const quietTurns = 10;
/** So many turns may pass before what was woken goes to sleep again, or is done. */
const turnsToSettle = 5;

export function createTestClock({
  moves = 'when-quiet',
  startedAt = Date.UTC(2026, 10, 23, 12),
}: {
  readonly moves?: Moves;
  readonly startedAt?: number;
} = {}): TestClock {
  const sleepers = new Set<Sleeper>();
  const slept: number[] = [];
  let elapsedMs = 0;
  let wrongByMs = 0;
  let asked = 0;
  let isMoving = false;

  function touch<T>(value: T): T {
    asked += 1;
    return value;
  }

  function goTo(at: number): void {
    elapsedMs = Math.max(elapsedMs, at);
    for (const sleeper of sleepers) if (sleeper.at <= elapsedMs) sleeper.wake();
  }

  function first(): Sleeper | undefined {
    let found: Sleeper | undefined;
    for (const sleeper of sleepers) if (!found || sleeper.at < found.at) found = sleeper;
    return found;
  }

  function wakeFirst(): boolean {
    const next = first();
    if (!next) return false;
    elapsedMs = Math.max(elapsedMs, next.at);
    next.wake();
    return true;
  }

  /** Moves from sleeper to sleeper for as long as there is one. */
  async function move(rest: () => Promise<boolean>): Promise<void> {
    if (isMoving) return;
    isMoving = true;
    while (sleepers.size > 0) {
      if (!(await rest())) continue;
      const next = first();
      if (next) goTo(touch(next.at));
    }
    isMoving = false;
  }

  async function isQuiet(): Promise<boolean> {
    const before = asked;
    for (let look = 0; look < quietLooks && asked === before; look += 1) await delay(1);
    for (let turn = 0; turn < quietTurns && asked === before; turn += 1) await nextTurn();
    return asked === before;
  }

  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    slept.push(ms);
    touch(undefined);
    if (moves === 'at-once') return goTo(elapsedMs + ms);
    const woken = fallAsleep(sleepers, elapsedMs + ms, signal);
    if (moves === 'when-quiet') void move(isQuiet);
    if (moves === 'each-turn') void move(() => nextTurn(true));
    await woken;
  }

  const clock: Clock = {
    now: () => touch(startedAt + elapsedMs + wrongByMs),
    elapsed: () => touch(elapsedMs),
    sleep,
  };
  return {
    ...clock,
    clock,
    slept,
    sleepers: () => sleepers.size,
    serverNow: () => touch(startedAt + elapsedMs),
    setBack: (ms) => {
      wrongByMs -= ms;
    },
    pass: (ms) => goTo(elapsedMs + ms),
    async play(ms) {
      const end = elapsedMs + ms;
      for (await nextTurn(); (first()?.at ?? Number.POSITIVE_INFINITY) <= end; await nextTurn()) wakeFirst();
      elapsedMs = end;
    },
    async until(promise) {
      let isOpen = true;
      const ended = promise.finally(() => {
        isOpen = false;
      });
      ended.catch(() => undefined);
      let idleTurns = 0;
      for (await nextTurn(); isOpen; await nextTurn()) {
        idleTurns = wakeFirst() ? 0 : idleTurns + 1;
        if (isOpen && idleTurns > turnsToSettle) throw new Error('Nobody is left to wake.');
      }
      return await ended;
    },
    settle: async () => await nextTurn(),
  };
}

async function fallAsleep(sleepers: Set<Sleeper>, at: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const end = (act: () => void) => (): void => {
      sleepers.delete(sleeper);
      signal?.removeEventListener('abort', abort);
      act();
    };
    const abort = end(() => reject(signal?.reason));
    const sleeper: Sleeper = { at, wake: end(resolve) };
    sleepers.add(sleeper);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
