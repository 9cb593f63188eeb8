import { deferredOf } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Statements } from './query.ts';

const deepestParent = 50;

const rankRoots = `
  UPDATE deferred SET depth = (parent IS NOT NULL) WHERE pipeline = ?1 AND stage = 'deferred'
  AND NOT EXISTS (SELECT 1 FROM deferred p WHERE p.pipeline = ?1 AND p.stage = 'deferred' AND p.key = deferred.parent)`;
const rankBelow = `
  UPDATE deferred INDEXED BY deferred_by_parent SET depth = ?2 + 1 WHERE pipeline = ?1 AND stage = 'deferred' AND depth > ?2 + 1
  AND parent IN (
    SELECT key FROM deferred INDEXED BY deferred_in_order WHERE pipeline = ?1 AND stage = 'deferred' AND depth = ?2
  )`;

/** Records that wait for the end of the read. */
export function createDeferredRecords({
  rows,
  count,
  transaction,
}: Statements): Pick<StateStore, 'nextSequence' | 'rankDeferred' | 'deferred' | 'deferredCount'> {
  return {
    nextSequence: async (pipeline) =>
      count('SELECT coalesce(max(sequence), 0) + 1 AS n FROM deferred WHERE pipeline = ?', [pipeline]),
    rankDeferred: async (pipeline) =>
      transaction((run) => {
        // Rows that no chain reaches stand in a cycle: they come last.
        run("UPDATE deferred SET depth = ? WHERE pipeline = ? AND stage = 'deferred'", [deepestParent + 1, pipeline]);
        run(rankRoots, [pipeline]);
        for (let depth = 0; depth < deepestParent; depth += 1) {
          run(rankBelow, [pipeline, depth]);
          if (depth > 0 && count('SELECT changes() AS n', []) === 0) break;
        }
      }),
    async deferred(pipeline, { stage, after, limit }) {
      const { depth, sequence } = after ?? { depth: -1, sequence: 0 };
      const sql =
        'SELECT * FROM deferred INDEXED BY deferred_in_order WHERE pipeline = ? AND stage = ? AND (depth, sequence) > (?, ?) ORDER BY depth, sequence LIMIT ?';
      return rows(sql, [pipeline, stage, depth, sequence, limit]).map(deferredOf);
    },
    deferredCount: async (pipeline, stage) =>
      count('SELECT count(*) AS n FROM deferred INDEXED BY deferred_in_order WHERE pipeline = ? AND stage = ?', [
        pipeline,
        stage,
      ]),
  };
}
