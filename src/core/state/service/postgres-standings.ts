import type { PipelineIdentity } from '../../domain/pipeline.ts';
import type { Database } from '../postgres/connection/database.ts';
import { number, type Row, text } from '../rows.ts';
import type { Standing } from './standing.ts';

const question = `SELECT p.*, s.schedule, s.handled_at, s.run_pending, s.missed, s.last_missed_at,
    (SELECT coalesce(finished_at, started_at) FROM rolodesk.runs
      WHERE pipeline = p.id AND kind = 'sync' AND outcome IN ('completed', 'held') ORDER BY number DESC LIMIT 1) AS succeeded_at,
    (SELECT count(*) FROM rolodesk.dead_letters WHERE pipeline = p.id) AS dead_letters,
    (SELECT count(*) FROM rolodesk.pending WHERE pipeline = p.id) AS pending,
    (SELECT count(*) FROM (SELECT 1 FROM rolodesk.inbox WHERE pipeline = p.id AND processed_at IS NULL LIMIT 1) AS one) AS waiting
  FROM rolodesk.pipelines p LEFT JOIN rolodesk.schedules s ON s.pipeline = p.id WHERE p.name = ANY ($1::text[])`;

/** How pipelines stand, by name, in one round trip for all of them. */
export async function readPostgresStandings(
  database: Database,
  identities: readonly PipelineIdentity[],
): Promise<ReadonlyMap<string, Standing>> {
  const wanted = new Set(identities.map(keyOf));
  const [rows = []] = await database.read([{ text: question, values: [identities.map(({ name }) => name)] }]);
  const found = rows.filter((row) => wanted.has(keyOf(identityOf(row))));
  return new Map(found.map((row) => [text(row, 'name'), standingOf(row)]));
}

function identityOf(row: Row): PipelineIdentity {
  return {
    name: text(row, 'name'),
    sourceConnector: text(row, 'source_connector'),
    sourceOrigin: text(row, 'source_origin'),
    sourceAccount: text(row, 'source_account'),
    destinationOrigin: text(row, 'destination_origin'),
  };
}

function keyOf({ name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin }: PipelineIdentity): string {
  return JSON.stringify([name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin]);
}

function standingOf(row: Row): Standing {
  const schedule = row.schedule === null ? undefined : scheduleOf(row);
  return {
    schedule,
    lastSuccessAt: row.succeeded_at === null ? undefined : number(row, 'succeeded_at'),
    deadLetters: number(row, 'dead_letters'),
    pending: number(row, 'pending'),
    changesWait: number(row, 'waiting') > 0,
  };
}

function scheduleOf(row: Row): NonNullable<Standing['schedule']> {
  return {
    schedule: text(row, 'schedule'),
    lastHandledAt: number(row, 'handled_at'),
    runPending: number(row, 'run_pending') === 1,
    missed: number(row, 'missed'),
    ...(row.last_missed_at !== null && { lastMissedAt: number(row, 'last_missed_at') }),
  };
}
