import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { PipelineIdentity } from '../../domain/pipeline.ts';
import { number } from '../rows.ts';
import { withStatements } from '../sqlite/connections.ts';
import { createInbox } from '../sqlite/inbox.ts';
import { createKeptRecords } from '../sqlite/kept-records.ts';
import { migrations } from '../sqlite/migrations.ts';
import { busyMs, openDatabase, stateError } from '../sqlite/open-database.ts';
import { createStatements, type Statements } from '../sqlite/query.ts';
import { createRuns } from '../sqlite/runs.ts';
import { createSchedules } from '../sqlite/schedules.ts';
import type { Standing } from './standing.ts';

/**
 * How pipelines stand that keep their state in this file, by name. Makes no file and writes nothing: a pipeline that is
 * not in it is left out.
 */
export async function readSqliteStandings(
  path: string,
  identities: readonly PipelineIdentity[],
  clock: Clock,
): Promise<ReadonlyMap<string, Standing>> {
  const standings = new Map<string, Standing>();
  if (!existsSync(path)) return standings;
  const database = openCurrent(path);
  try {
    const statements = createStatements(withStatements(database));
    for (const identity of identities) {
      const standing = await standingOf(statements, identity, clock);
      if (standing) standings.set(identity.name, standing);
    }
    return standings;
  } catch (error) {
    throw stateError(error, `The state file ${path} can't be read`);
  } finally {
    database.close();
  }
}

/** Read-only, unless an earlier version left it. */
export function openCurrent(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: busyMs });
    if (database.prepare('PRAGMA user_version').get()?.user_version === migrations.length) return database;
    database.close();
    return openDatabase(path);
  } catch (error) {
    database?.close();
    throw stateError(error, `The state file ${path} can't be opened`);
  }
}

async function standingOf(
  statements: Statements,
  { name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin }: PipelineIdentity,
  clock: Clock,
): Promise<Standing | undefined> {
  const found = statements.rows(
    'SELECT id FROM pipelines WHERE name = ? AND source_connector = ? AND source_origin = ? AND source_account = ? AND destination_origin = ?',
    [name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin],
  )[0];
  if (!found) return undefined;
  const id = number(found, 'id');
  const success = await createRuns(statements, clock).lastSuccess(id);
  const { deadLetters, pending } = await createKeptRecords(statements, () => destinationOrigin).keptCounts(id);
  const { upTo } = await createInbox(statements).pendingChanges(id, { after: 0, limit: 1 });
  return {
    schedule: await createSchedules(statements).schedule(id),
    lastSuccessAt: success && (success.finishedAt ?? success.startedAt),
    deadLetters,
    pending: Object.values(pending).reduce((sum, count) => sum + count, 0),
    changesWait: upTo > 0,
  };
}
