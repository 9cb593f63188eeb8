import { deferredOf } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Statements } from './statements.ts';

const deepestParent = 50;

/** Rows that no chain reaches stand in a cycle: they come last. Each row has one parent, so that each has one depth. */
const rank = `
  WITH RECURSIVE chained AS (
    SELECT w.key, CASE WHEN w.parent IS NULL THEN 0 ELSE 1 END AS depth FROM rolodesk.deferred w
    WHERE w.pipeline = $1 AND w.stage = 'deferred'
      AND NOT EXISTS (SELECT 1 FROM rolodesk.deferred p WHERE p.pipeline = $1 AND p.stage = 'deferred' AND p.key = w.parent)
    UNION ALL
    SELECT w.key, c.depth + 1 FROM chained c
    JOIN rolodesk.deferred w ON w.pipeline = $1 AND w.stage = 'deferred' AND w.parent = c.key
    WHERE c.depth < $2
  ), ranked AS (
    SELECT w.key, coalesce(c.depth, $2 + 1) AS depth FROM rolodesk.deferred w LEFT JOIN chained c ON c.key = w.key
    WHERE w.pipeline = $1 AND w.stage = 'deferred'
  )
  UPDATE rolodesk.deferred w SET depth = ranked.depth FROM ranked
  WHERE w.pipeline = $1 AND w.key = ranked.key AND w.depth <> ranked.depth`;

/** Records that wait for the end of the read. */
export function createDeferredRecords({
  rows,
  count,
  write,
}: Statements): Pick<StateStore, 'nextSequence' | 'rankDeferred' | 'deferred' | 'deferredCount'> {
  return {
    nextSequence: (pipeline) =>
      count('SELECT coalesce(max(sequence), 0) + 1 AS n FROM rolodesk.deferred WHERE pipeline = $1', [pipeline]),
    async rankDeferred(pipeline) {
      await write([{ text: rank, values: [pipeline, deepestParent] }]);
    },
    async deferred(pipeline, { stage, after, limit }) {
      const { depth, sequence } = after ?? { depth: -1, sequence: 0 };
      const sql =
        'SELECT * FROM rolodesk.deferred WHERE pipeline = $1 AND stage = $2 AND (depth, sequence) > ($3, $4) ORDER BY depth, sequence LIMIT $5';
      return (await rows(sql, [pipeline, stage, depth, sequence, limit])).map(deferredOf);
    },
    deferredCount: (pipeline, stage) =>
      count('SELECT count(*) AS n FROM rolodesk.deferred WHERE pipeline = $1 AND stage = $2', [pipeline, stage]),
  };
}
