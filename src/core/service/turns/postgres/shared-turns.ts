import { databaseError } from '../../../state/postgres/connection/errors.ts';
import type { SharedTurns } from '../shared-supervisor.ts';
import { createAccounts } from './accounts.ts';
import { openPostgresTurns, type PostgresTurnsOptions } from './postgres-turns.ts';

/** Words a failure of the database as the state does. */
type InDatabase = <T>(work: () => Promise<T>) => Promise<T>;

/** Two of them, and the time until the next look for a turn, are less than what a worker that died costs. */
const sweepMs = 1_500;

/** The turns of workers that share a database, with when accounts are due. */
export async function openSharedTurns(options: PostgresTurnsOptions): Promise<SharedTurns> {
  const { clock, limitMs, location } = options;
  const inDatabase: InDatabase = async (work) => {
    try {
      return await work();
    } catch (error) {
      throw databaseError(error, location);
    }
  };
  const turns = await inDatabase(() => openPostgresTurns(options));
  const due = createAccounts(options.pool);
  let beatAt = clock.elapsed();
  return {
    turns: {
      ...turns,
      nudge: (accounts, how) => inDatabase(() => turns.nudge(accounts, how)),
      take: () => inDatabase(turns.take),
      who: () => inDatabase(turns.who),
    },
    due: {
      load: (account) => inDatabase(() => due.load(account)),
      save: (account, next, fence) => inDatabase(() => due.save(account, next, fence)),
      remove: (account) => inDatabase(() => due.remove(account)),
      changed: (configurations) => inDatabase(() => due.changed(configurations)),
    },
    sweepMs,
    sweep: () =>
      inDatabase(async () => {
        if (clock.elapsed() - beatAt >= limitMs / 3) {
          await turns.beat();
          beatAt = clock.elapsed();
        }
        await due.nudgeDue(turns.queue);
        await turns.freeAbandoned();
      }),
    close: () => inDatabase(turns.close),
  };
}
