import type { Clock } from '../../clock.ts';
import { StateError } from '../../domain/errors.ts';
import type { Lease } from '../lease.ts';
import { number } from '../rows.ts';
import type { Database } from './connection/database.ts';
import { turnLostError, turnUnknownError } from './connection/errors.ts';
import { expectedVersion, newestVersion, tooNew } from './connection/schema.ts';

/** A holder that has sent no heartbeat for so long may be replaced. */
export const defaultTurnMs = 10_000;
/** Two heartbeats may be lost before the turn is. */
const heartbeatsInTurn = 3;

interface TurnOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly account: string;
  /** Whom others see as the holder. */
  readonly worker: string;
  readonly turnMs?: number;
}

/**
 * Takes it if nobody has it, or its holder has sent no heartbeat for too long: by the database's clock, the only one that all
 * share. Nobody whose tables were migrated under it by a newer version takes one.
 */
const take = `
  INSERT INTO rolodesk.turns AS held (account, fence, worker, taken_at, beat_at)
  SELECT $1::text, nextval('rolodesk.fences'), $2::text, rolodesk.now_ms(), rolodesk.now_ms()
  WHERE (SELECT max(version) FROM rolodesk.migrations) <= $4::bigint
  ON CONFLICT (account) DO UPDATE SET fence = excluded.fence, worker = excluded.worker, taken_at = excluded.taken_at, beat_at = excluded.beat_at
  WHERE held.beat_at < rolodesk.now_ms() - $3::bigint
  RETURNING fence`;
const beat = 'UPDATE rolodesk.turns SET beat_at = rolodesk.now_ms() WHERE fence = $1 RETURNING fence';
const giveBack = 'DELETE FROM rolodesk.turns WHERE fence = $1';

/**
 * The right to work on a destination account. While it is held, heartbeats go out in the background. Throws StateError `locked`
 * when another worker has it, and `state-version` when a newer version of Rolodesk has migrated the tables meanwhile.
 *
 * A worker that was frozen (a paused machine, SIGSTOP) keeps nobody waiting: another worker takes the turn, and the fence
 * number of the first one writes nothing more. `assertHeld` is for what the database can't see, such as a request to the
 * destination: it counts from when the last heartbeat that reached the database was sent, by a monotonic clock. When that is
 * too long ago, it asks the database first: a process that was merely late still has its turn if nobody has taken it.
 */
export async function acquireTurn({
  database,
  clock,
  account,
  worker,
  turnMs = defaultTurnMs,
}: TurnOptions): Promise<Lease> {
  const takenAt = clock.elapsed();
  const [[row] = [], versions = []] = await database.write([
    { text: take, values: [account, worker, turnMs, expectedVersion] },
    newestVersion,
  ]);
  if (!row) {
    const version = number(versions[0] ?? {}, 'version');
    if (version > expectedVersion) throw tooNew(database, version);
    throw new StateError(`Another worker is at work on ${account}.`, {
      code: 'locked',
      hint: 'Wait for that run to end, or stop it. Nothing was read or written.',
    });
  }
  const fence = number(row, 'fence');
  const heartbeats = startHeartbeats({ database, clock, fence, turnMs, takenAt });
  return {
    fence,
    graceMs: turnMs,
    assertHeld: heartbeats.assertArriving,
    async release() {
      if (!(await heartbeats.stop())) return;
      // Where the database is away, the turn ends by itself.
      await database.write([{ text: giveBack, values: [fence] }], { replyMs: turnMs }).catch(() => undefined);
    },
  };
}

interface HeartbeatOptions extends Pick<Required<TurnOptions>, 'database' | 'clock' | 'turnMs'> {
  readonly fence: number;
  readonly takenAt: number;
}

function startHeartbeats({ database, clock, fence, turnMs, takenAt }: HeartbeatOptions) {
  const stopped = new AbortController();
  let sentAt = takenAt;
  let isLost = false;
  let beating: Promise<void> | undefined;

  async function send(): Promise<void> {
    const at = clock.elapsed();
    // An answer that comes later than that proves nothing any more.
    const rows = await database.promptly({ text: beat, values: [fence] }, { replyMs: turnMs });
    if (rows.length === 0) isLost = true;
    else sentAt = at;
  }

  /** One at a time: whoever needs one joins the one that is on its way. */
  async function heartbeat(): Promise<void> {
    beating ??= send().finally(() => {
      beating = undefined;
    });
    await beating;
  }

  async function loop(): Promise<void> {
    while (!isLost) {
      await clock.sleep(turnMs / heartbeatsInTurn, stopped.signal);
      // The database may be back for the next heartbeat. Until then `assertArriving` counts.
      await heartbeat().catch(() => undefined);
    }
  }

  const isFresh = (): boolean => clock.elapsed() - sentAt <= turnMs;
  const looping = loop().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });
  return {
    async assertArriving(): Promise<void> {
      let cause: unknown;
      // One that is on its way may be as old as the last one. The one after it is sent now.
      for (let left = beating ? 2 : 1; left > 0 && !isLost && !isFresh(); left -= 1)
        await heartbeat().catch((error: unknown) => {
          cause = error;
        });
      if (isLost) throw turnLostError(database.location);
      if (!isFresh()) throw turnUnknownError(database.location, cause);
    },
    /** False if somebody has stopped them before. */
    async stop(): Promise<boolean> {
      if (stopped.signal.aborted) return false;
      stopped.abort();
      await looping;
      return true;
    },
  };
}
