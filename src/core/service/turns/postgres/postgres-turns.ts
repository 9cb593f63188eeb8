import type pg from 'pg';
import type { Clock } from '../../../clock.ts';
import { StateError } from '../../../domain/errors.ts';
import type { Logger } from '../../../domain/log.ts';
import type { Lease } from '../../../state/lease.ts';
import type { Turn, Turns, WorkerIdentity } from '../turns.ts';
import { abandonedTurns, openQueue, type QueuedTurn, type TurnQueue } from './queue.ts';
import { createWorkers, listWorkers } from './workers.ts';

export interface PostgresTurnsOptions {
  readonly pool: pg.Pool;
  /** For messages. */
  readonly location: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly worker: WorkerIdentity;
  /** Takes the lease of an account, or throws StateError `locked`. */
  readonly acquireLease: (account: string) => Promise<Lease>;
  /** How old the last beat of a living worker can be. */
  readonly limitMs: number;
}

export interface PostgresTurns extends Turns {
  readonly queue: TurnQueue;
  /** Lets other workers have the turns of workers that died. Resolves with how many there were. */
  freeAbandoned(): Promise<number>;
  /** Says that this worker is alive. Its turns beat by themselves. */
  beat(): Promise<void>;
}

/** How often a worker with a free place asks for a turn. Asking needs no connection of its own, as LISTEN would. */
const pollMs = 1_000;
/**
 * When an account whose lease somebody has is tried again: a command works on it, or its worker died a moment ago. Or only a
 * worker of a newer version may take it.
 */
const lockedMs = 1_000;

/**
 * Turns that many workers share. pg-boss says which account is next, and the lease says whether it is really free: its
 * beats decide, so an account goes on `limitMs` after its worker died, whatever the queue believes.
 */
export async function openPostgresTurns(options: PostgresTurnsOptions): Promise<PostgresTurns> {
  const { pool, clock, log, worker, acquireLease, limitMs } = options;
  const queue = await openQueue(pool, { onError: (error) => log.warn({ error: error.message }, 'the queue of turns') });
  const workers = createWorkers(pool);
  let waking = new AbortController();

  function wake(): void {
    waking.abort();
    waking = new AbortController();
  }

  /** The account waits before the entry goes: between the two statements it has an entry more, never one less. */
  async function putBack(queued: QueuedTurn, afterMs: number): Promise<void> {
    await queue.nudge([queued.account], { afterMs });
    await queue.end(queued);
  }

  function turnOf(queued: QueuedTurn, lease: Lease): Turn {
    let isHeld = true;
    return {
      account: queued.account,
      lease,
      async release({ again = false } = {}) {
        if (!isHeld) return;
        isHeld = false;
        // First, whatever the queue says: its heartbeats would keep the account for as long as this process lives.
        await lease.release();
        try {
          if (again) await queue.nudge([queued.account]);
          await queue.end(queued);
        } catch (error) {
          log.warn({ account: queued.account, error: messageOf(error) }, 'a turn could not be given back');
        }
        wake();
      },
    };
  }

  async function take(): Promise<Turn | undefined> {
    for (;;) {
      const queued = await queue.take();
      if (!queued) return undefined;
      try {
        return turnOf(queued, await acquireLease(queued.account));
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        await putBack(queued, lockedMs);
        if (error.code !== 'locked') throw error;
      }
    }
  }

  await workers.beat(worker);
  return {
    queue,
    async nudge(accounts, how) {
      await queue.nudge(accounts, how);
      wake();
    },
    take,
    async wait(signal) {
      const woken = waking.signal;
      await clock.sleep(pollMs, AbortSignal.any([signal, woken])).catch((error: unknown) => {
        signal.throwIfAborted();
        if (!woken.aborted) throw error;
      });
    },
    who: () => listWorkers(pool, limitMs),
    beat: () => workers.beat(worker),
    async freeAbandoned() {
      const abandoned = await abandonedTurns(pool, limitMs);
      for (const queued of abandoned) await putBack(queued, 0);
      return abandoned.length;
    },
    async close() {
      await workers.leave(worker);
      await queue.close();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
