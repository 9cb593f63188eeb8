import type { Clock } from '../../clock.ts';
import type { Turn, Turns, WorkerIdentity } from './turns.ts';

/** The turns of one process. Nothing is kept: a process that starts again finds out what is due. */
export function createProcessTurns({
  clock,
  worker,
}: {
  readonly clock: Pick<Clock, 'now' | 'elapsed' | 'sleep'>;
  readonly worker: WorkerIdentity;
}): Turns {
  const startedAt = clock.now();
  /** By account: when its turn may begin. In the order of the nudges. */
  const waiting = new Map<string, number>();
  const taken = new Map<string, number>();
  let waking = new AbortController();

  function wake(): void {
    waking.abort();
    waking = new AbortController();
  }

  function nudge(accounts: readonly string[], afterMs = 0): void {
    const at = clock.elapsed() + afterMs;
    for (const account of accounts) waiting.set(account, waiting.get(account) ?? at);
    wake();
  }

  function turnOf(account: string): Turn {
    let isHeld = true;
    return {
      account,
      async release({ again = false } = {}) {
        if (!isHeld) return;
        isHeld = false;
        taken.delete(account);
        if (again) nudge([account]);
        wake();
      },
    };
  }

  return {
    nudge: async (accounts, { afterMs } = {}) => nudge(accounts, afterMs),
    async take() {
      const now = clock.elapsed();
      const [next] = waiting.entries().find(([account, at]) => at <= now && !taken.has(account)) ?? [];
      if (next === undefined) return undefined;
      waiting.delete(next);
      taken.set(next, clock.now());
      return turnOf(next);
    },
    async wait(signal) {
      const woken = waking.signal;
      let dueAt = Number.POSITIVE_INFINITY;
      for (const [account, at] of waiting) if (!taken.has(account)) dueAt = Math.min(dueAt, at);
      const either = AbortSignal.any([signal, woken]);
      await clock.sleep(Math.max(0, dueAt - clock.elapsed()), either).catch((error: unknown) => {
        signal.throwIfAborted();
        if (!woken.aborted) throw error;
      });
    },
    who: async () => [
      {
        ...worker,
        since: startedAt,
        seenAt: clock.now(),
        isAlive: true,
        turns: [...taken].map(([account, since]) => ({ account, since })),
      },
    ],
    close: async () => undefined,
  };
}
