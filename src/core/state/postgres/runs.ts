import type { Clock } from '../../clock.ts';
import { number, type Row, runOf } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Statement } from './connection/database.ts';
import type { Statements } from './statements.ts';
import type { UnchangedKeys } from './unchanged-keys.ts';

type Runs = Pick<
  StateStore,
  'beginRun' | 'finishRun' | 'markUndone' | 'run' | 'runsBeginningWith' | 'runs' | 'lastSuccess' | 'prune'
>;

/** Results that are dropped at once: so many take the database well less than a statement may. */
const prunedAtOnce = 50_000;

/** A run is told apart from those before it by its number, which its pipeline's holder of the turn gives. */
export function beginning(
  pipeline: number,
  { id, kind, startedAt }: { readonly id: string; readonly kind: string; readonly startedAt: number },
  now: number,
): readonly Statement[] {
  return [
    {
      // No other than the last one can have been left running: each run looks at the one before it.
      text: `UPDATE rolodesk.runs SET outcome = 'failed', finished_at = $2 WHERE pipeline = $1 AND outcome = 'running'
        AND number = (SELECT max(number) FROM rolodesk.runs WHERE pipeline = $1)`,
      values: [pipeline, now],
    },
    {
      text: `INSERT INTO rolodesk.runs (id, pipeline, kind, outcome, started_at, number)
        SELECT $2, $1::bigint, $3, 'running', $4::bigint, coalesce(max(number), 0) + 1 FROM rolodesk.runs WHERE pipeline = $1`,
      values: [pipeline, id, kind, startedAt],
    },
  ];
}

/** Runs: when, how they ended, what they reported. */
export function createRuns({ rows, write }: Statements, unchanged: UnchangedKeys, clock: Clock): Runs {
  const one = async (text: string, values: Parameters<typeof rows>[1]): Promise<Row | undefined> =>
    (await rows(text, values))[0];
  return {
    async beginRun(pipeline, run) {
      await write(beginning(pipeline, run, clock.now()));
      unchanged.clear();
    },
    async finishRun(_, { id, outcome, finishedAt, report }) {
      await write([
        {
          text: 'UPDATE rolodesk.runs SET outcome = $2, finished_at = $3, report = $4 WHERE id = $1',
          values: [id, outcome, finishedAt, JSON.stringify(report)],
        },
      ]);
    },
    async markUndone(run, by) {
      await write([{ text: 'UPDATE rolodesk.runs SET undone_by = $2 WHERE id = $1', values: [run, by] }]);
    },
    async run(pipeline, id) {
      const row = await one('SELECT * FROM rolodesk.runs WHERE pipeline = $1 AND id = $2', [pipeline, id]);
      return row && runOf(row);
    },
    async runsBeginningWith(pipeline, prefix) {
      const sql =
        'SELECT * FROM rolodesk.runs WHERE pipeline = $1 AND starts_with(id, $2) ORDER BY number DESC LIMIT 5';
      return (await rows(sql, [pipeline, prefix])).map(runOf);
    },
    async runs(pipeline, { after, limit }) {
      const before = after === undefined ? '' : 'AND number < (SELECT number FROM rolodesk.runs WHERE id = $3)';
      const values = [pipeline, limit, ...(after === undefined ? [] : [after])];
      const sql = `SELECT * FROM rolodesk.runs WHERE pipeline = $1 ${before} ORDER BY number DESC LIMIT $2`;
      return (await rows(sql, values)).map(runOf);
    },
    async lastSuccess(pipeline) {
      const well = "kind = 'sync' AND outcome IN ('completed', 'held')";
      const sql = `SELECT * FROM rolodesk.runs WHERE pipeline = $1 AND ${well} ORDER BY number DESC LIMIT 1`;
      const row = await one(sql, [pipeline]);
      return row && runOf(row);
    },
    async prune(pipeline, before) {
      const text = `WITH dropped AS (
          DELETE FROM rolodesk.results WHERE ctid = ANY(ARRAY(
            SELECT r.ctid FROM rolodesk.results r JOIN rolodesk.runs ON runs.id = r.run
            WHERE runs.pipeline = $1 AND runs.finished_at < $2 LIMIT $3
          )) RETURNING 1
        ) SELECT count(*) AS n FROM dropped`;
      for (let dropped = prunedAtOnce; dropped === prunedAtOnce; ) {
        const [[row = {}] = []] = await write([{ text, values: [pipeline, before, prunedAtOnce] }]);
        dropped = number(row, 'n');
      }
    },
  };
}
