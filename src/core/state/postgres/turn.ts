import type { Clock } from '../../clock.ts';
import { StateError } from '../../domain/errors.ts';
import type { Lease } from '../lease.ts';
import { number } from '../rows.ts';
import type { Database, Statement } from './connection/database.ts';
import { turnLostError } from './connection/errors.ts';

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

/** Takes it if nobody has it, or its holder has sent no heartbeat for too long: by the database's clock, the only one that all share. */
const take = `
  INSERT INTO rolodesk.turns AS held (account, fence, worker, taken_at, beat_at)
  VALUES ($1, nextval('rolodesk.fences'), $2, rolodesk.now_ms(), rolodesk.now_ms())
  ON CONFLICT (account) DO UPDATE SET fence = excluded.fence, worker = excluded.worker, taken_at = excluded.taken_at, beat_at = excluded.beat_at
  WHERE held.beat_at < rolodesk.now_ms() - $3::bigint
  RETURNING fence`;
const beat = 'UPDATE rolodesk.turns SET beat_at = rolodesk.now_ms() WHERE fence = $1 RETURNING fence';
const giveBack = 'DELETE FROM rolodesk.turns WHERE fence = $1';

/**
 * The right to work on a destination account. While it is held, heartbeats go out in the background. Throws StateError `locked`
 * when another worker has it.
 *
 * A worker that was frozen (a paused machine, SIGSTOP) keeps nobody waiting: another worker takes the turn, and the fence
 * number of the first one writes nothing more. `assertHeld` is for what the database can't see, such as a request to the
 * destination: it counts from when the last heartbeat that reached the database was sent, by a monotonic clock.
 */
export async function acquireTurn({
  database,
  clock,
  account,
  worker,
  turnMs = defaultTurnMs,
}: TurnOptions): Promise<Lease> {
  let sentAt = clock.elapsed();
  const [[row] = []] = await database.write([{ text: take, values: [account, worker, turnMs] }]);
  if (!row)
    throw new StateError(`Another worker is at work on ${account}.`, {
      code: 'locked',
      hint: 'Wait for that run to end, or stop it. Nothing was read or written.',
    });
  const fence = number(row, 'fence');
  const ofThisTurn = (text: string): readonly Statement[] => [{ text, values: [fence] }];
  const released = new AbortController();
  let isLost = false;

  async function sendHeartbeats(): Promise<void> {
    for (;;) {
      await clock.sleep(turnMs / heartbeatsInTurn, released.signal);
      const at = clock.elapsed();
      const answers = await database.write(ofThisTurn(beat));
      if ((answers[0] ?? []).length === 0) {
        isLost = true;
        return;
      }
      sentAt = at;
    }
  }

  async function heartbeatLoop(): Promise<void> {
    while (!released.signal.aborted && !isLost) {
      // The database may be back for the next heartbeat. Until then `assertHeld` counts.
      await sendHeartbeats().catch(() => undefined);
    }
  }

  const heartbeats = heartbeatLoop();
  return {
    fence,
    graceMs: turnMs,
    assertHeld() {
      if (isLost || clock.elapsed() - sentAt > turnMs) throw turnLostError(database.location);
    },
    async release() {
      if (released.signal.aborted) return;
      released.abort();
      await heartbeats;
      // Where the database is away, the turn ends by itself.
      await database.write(ofThisTurn(giveBack)).catch(() => undefined);
    },
  };
}
