import type { PipelineIdentity } from '../../domain/pipeline.ts';
import type { Database } from '../postgres/connection/database.ts';
import { number, text } from '../rows.ts';
import { type Glance, shortRunOf } from './glance.ts';

const found = `SELECT p.id, p.name, p.hold,
    (SELECT coalesce(finished_at, started_at) FROM rolodesk.runs
      WHERE pipeline = p.id AND kind = 'sync' AND outcome IN ('completed', 'held') ORDER BY number DESC LIMIT 1) AS succeeded_at,
    (SELECT count(*) FROM rolodesk.dead_letters WHERE pipeline = p.id) AS dead_letters
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
    AS asked (name, source_connector, source_origin, source_account, destination_origin)
  JOIN rolodesk.pipelines p USING (name, source_connector, source_origin, source_account, destination_origin)`;
const reasons = `SELECT pipeline, reason, count(*) AS n FROM rolodesk.pending WHERE pipeline = ANY($1::bigint[])
  GROUP BY pipeline, reason ORDER BY reason`;
const lastRuns = `SELECT r.* FROM unnest($1::bigint[]) AS asked (pipeline) CROSS JOIN LATERAL (
    SELECT id, pipeline, kind, outcome, started_at, finished_at, undone_by,
      CASE WHEN report IS NULL THEN NULL ELSE
        json_build_array(report::json->'tallies', report::json->'requests', report::json->'error')::text END AS report
    FROM rolodesk.runs WHERE pipeline = asked.pipeline ORDER BY number DESC LIMIT $2
  ) r`;

/** What a list shows of pipelines, by name, in two round trips for all of them. */
export async function readPostgresGlances(
  database: Database,
  identities: readonly PipelineIdentity[],
  runs: number,
): Promise<ReadonlyMap<string, Glance>> {
  const columns = [
    identities.map(({ name }) => name),
    identities.map(({ sourceConnector }) => sourceConnector),
    identities.map(({ sourceOrigin }) => sourceOrigin),
    identities.map(({ sourceAccount }) => sourceAccount),
    identities.map(({ destinationOrigin }) => destinationOrigin),
  ];
  const [pipelines = []] = await database.read([{ text: found, values: columns }]);
  const ids = pipelines.map((row) => number(row, 'id'));
  const [pending = [], past = []] = await database.read([
    { text: reasons, values: [ids] },
    { text: lastRuns, values: [ids, runs] },
  ]);
  const pendingOf = Map.groupBy(pending, (row) => number(row, 'pipeline'));
  const runsOf = Map.groupBy(past, (row) => number(row, 'pipeline'));
  return new Map(
    pipelines.map((row): [string, Glance] => {
      const id = number(row, 'id');
      const counts = (pendingOf.get(id) ?? []).map((one) => [text(one, 'reason'), number(one, 'n')]);
      return [
        text(row, 'name'),
        {
          runs: (runsOf.get(id) ?? []).map(shortRunOf),
          lastSuccessAt: row.succeeded_at === null ? undefined : number(row, 'succeeded_at'),
          deadLetters: number(row, 'dead_letters'),
          pending: Object.fromEntries(counts),
          pauseReason: row.hold === null ? undefined : text(row, 'hold'),
        },
      ];
    }),
  );
}
