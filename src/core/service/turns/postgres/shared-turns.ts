import type { SharedTurns } from '../shared-supervisor.ts';
import { createAccounts } from './accounts.ts';
import { openPostgresTurns, type PostgresTurnsOptions } from './postgres-turns.ts';

/** Two of them, and the time until the next look for a turn, are less than what a worker that died costs. */
const sweepMs = 1_500;

/** The turns of workers that share a database, with when accounts are due. */
export async function openSharedTurns(options: PostgresTurnsOptions): Promise<SharedTurns> {
  const { clock, limitMs } = options;
  const turns = await openPostgresTurns(options);
  const due = createAccounts(options.pool);
  let beatAt = clock.elapsed();
  return {
    turns,
    due,
    sweepMs,
    async sweep() {
      if (clock.elapsed() - beatAt >= limitMs / 3) {
        await turns.beat();
        beatAt = clock.elapsed();
      }
      await due.nudgeDue(turns.queue);
      await turns.freeAbandoned();
    },
  };
}
