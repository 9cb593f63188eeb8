import type { Clock } from '../../clock.ts';
import type { PipelineId } from '../../domain/pipeline.ts';
import type { Lease } from '../lease.ts';
import type { Changes, StateStore } from '../store.ts';
import { createAlertTables } from './alerts.ts';
import { changesAsStatements } from './apply.ts';
import type { Database } from './connection/database.ts';
import { createDeferredRecords } from './deferred-records.ts';
import { createDirectory } from './directory.ts';
import { createForget } from './forget.ts';
import { forkToFile } from './fork.ts';
import { createInbox } from './inbox.ts';
import { createKeptRecords } from './kept-records.ts';
import { createLoad } from './load.ts';
import { ownerOf as findOwner, type Owner } from './owner.ts';
import { createPipelines } from './pipelines.ts';
import { createResults } from './results.ts';
import { createReview } from './review.ts';
import { initialQueries, withRunMemory } from './run-memory.ts';
import { beginning, createRuns } from './runs.ts';
import { createSchedules } from './schedules.ts';
import { createStatements } from './statements.ts';
import { createUnchangedKeys } from './unchanged-keys.ts';

interface StoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Every method that writes checks it, in its transaction. Absent for what writes next to a run. */
  readonly lease?: Pick<Lease, 'fence'> | undefined;
}

/** The state in PostgreSQL. The database stays open when the store is closed: other pipelines of the process use it too. */
export function openPostgresStore({ database, clock, lease }: StoreOptions): StateStore {
  const destinations = new Map<PipelineId, string>();
  const ownerOf = (pipeline: PipelineId): Owner => findOwner(destinations, pipeline);
  const statements = createStatements(database, lease);
  const unchanged = createUnchangedKeys();
  const load = createLoad(statements, unchanged);

  const store: StateStore = {
    load: (pipeline, query) => load(ownerOf(pipeline), query),
    async apply(pipeline, changes) {
      const made = changesAsStatements(ownerOf(pipeline), changes);
      // With nothing to write there is nothing that another holder of the turn could disagree with.
      if (made.length > 0) await statements.write(made);
      else statements.assertOpen();
      rememberUnchanged(changes);
    },
    ...createPipelines(statements, { destinations, ownerOf, isAlone: lease !== undefined }),
    ...createDirectory(statements, ownerOf),
    ...createKeptRecords(statements, unchanged, ownerOf),
    ...createDeferredRecords(statements),
    ...createRuns(statements, unchanged, clock),
    ...createResults(statements, unchanged),
    ...createSchedules(statements),
    ...createAlertTables(statements),
    ...createInbox(statements),
    ...createReview(statements),
    ...createForget(statements, ownerOf),
    fork: () => forkToFile(database, new Set(destinations.keys()), clock),
    async close() {
      statements.close();
      unchanged.close();
    },
  };

  /** After the rest is written: they are no proof of anything by themselves. */
  function rememberUnchanged({ results }: Changes): void {
    if (!results) return;
    const latest = [...new Map(results.rows.map((row) => [row.key, row.outcome]))];
    const keysOf = (isUnchanged: boolean): readonly string[] =>
      latest.flatMap(([key, outcome]) => ((outcome === 'unchanged') === isUnchanged ? [key] : []));
    unchanged.put(results.run, { unchanged: keysOf(true), written: keysOf(false) });
  }

  if (!lease) return store;
  return withRunMemory(store, async (pipeline, run) => {
    const asked = initialQueries(ownerOf(pipeline));
    const answers = await statements.write([...beginning(pipeline, run, clock.now()), ...asked]);
    unchanged.clear();
    return answers.slice(-asked.length);
  });
}
