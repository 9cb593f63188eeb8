import { existsSync } from 'node:fs';
import type { PipelineIdentity } from '../../domain/pipeline.ts';
import { number, text } from '../rows.ts';
import { stateError } from '../sqlite/open-database.ts';
import { createStatements, type Statements } from '../sqlite/query.ts';
import { type Glance, shortRunOf } from './glance.ts';
import { openCurrent } from './sqlite-standings.ts';

/** What a list shows of pipelines that keep their state in this file, by name. Makes no file and writes nothing. */
export async function readSqliteGlances(
  path: string,
  identities: readonly PipelineIdentity[],
  runs: number,
): Promise<ReadonlyMap<string, Glance>> {
  const glances = new Map<string, Glance>();
  if (!existsSync(path)) return glances;
  const database = openCurrent(path);
  try {
    const statements = createStatements(database);
    for (const identity of identities) {
      const glance = glanceAt(statements, identity, runs);
      if (glance) glances.set(identity.name, glance);
    }
    return glances;
  } catch (error) {
    throw stateError(error, `The state file ${path} can't be read`);
  } finally {
    database.close();
  }
}

const find =
  'SELECT id, hold FROM pipelines WHERE name = ? AND source_connector = ? AND source_origin = ? AND source_account = ? AND destination_origin = ?';
const parts = "json_extract(report, '$.tallies', '$.requests', '$.error')";
const lastRuns = `SELECT id, kind, outcome, started_at, finished_at, undone_by, ${parts} AS report FROM runs
  WHERE pipeline = ? ORDER BY number DESC LIMIT ?`;
const lastSuccess = `SELECT coalesce(finished_at, started_at) AS at FROM runs
  WHERE pipeline = ? AND kind = 'sync' AND outcome IN ('completed', 'held') ORDER BY number DESC LIMIT 1`;

function glanceAt(
  { rows, count }: Statements,
  { name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin }: PipelineIdentity,
  runs: number,
): Glance | undefined {
  const [pipeline] = rows(find, [name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin]);
  if (!pipeline) return undefined;
  const id = number(pipeline, 'id');
  const [success] = rows(lastSuccess, [id]);
  const pending = rows('SELECT reason, count(*) AS n FROM pending WHERE pipeline = ? GROUP BY reason', [id]);
  return {
    runs: rows(lastRuns, [id, runs]).map(shortRunOf),
    lastSuccessAt: success && number(success, 'at'),
    deadLetters: count('SELECT count(*) AS n FROM dead_letters WHERE pipeline = ?', [id]),
    pending: Object.fromEntries(pending.map((row) => [text(row, 'reason'), number(row, 'n')])),
    pauseReason: pipeline.hold === null ? undefined : text(pipeline, 'hold'),
  };
}
