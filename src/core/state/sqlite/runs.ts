import type { Clock } from '../../clock.ts';
import { runOf } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Statements } from './query.ts';

type Runs = Pick<
  StateStore,
  'beginRun' | 'finishRun' | 'markUndone' | 'run' | 'runsBeginningWith' | 'runs' | 'lastSuccess' | 'prune'
>;

/** What a run asks of those before it: found by index, however many there were. */
export const beginning = {
  last: 'SELECT coalesce(max(number), 0) AS n FROM runs WHERE pipeline = ?',
  // No other than the last one can have been left running: each run looks at the one before it.
  left: "UPDATE runs SET outcome = 'failed', finished_at = ? WHERE pipeline = ? AND number = ? AND outcome = 'running'",
} as const;

/** Runs: when, how they ended, what they reported. */
export function createRuns({ rows, count, write, transaction }: Statements, clock: Clock): Runs {
  return {
    beginRun: async (pipeline, { id, kind, startedAt }) =>
      transaction((run) => {
        const last = count(beginning.last, [pipeline]);
        run(beginning.left, [clock.now(), pipeline, last]);
        const insert =
          "INSERT INTO runs (id, pipeline, kind, outcome, started_at, number) VALUES (?, ?, ?, 'running', ?, ?)";
        run(insert, [id, pipeline, kind, startedAt, last + 1]);
        run('DELETE FROM temp.unchanged', []);
      }),
    finishRun: async (_, { id, outcome, finishedAt, report }) =>
      transaction((run) => {
        const values = [outcome, finishedAt, JSON.stringify(report), id];
        run('UPDATE runs SET outcome = ?, finished_at = ?, report = ? WHERE id = ?', values);
        // The connection may live on for months.
        run('DELETE FROM temp.unchanged', []);
      }),
    async markUndone(run, by) {
      write('UPDATE runs SET undone_by = ? WHERE id = ?', [by, run]);
    },
    run: async (pipeline, id) => rows('SELECT * FROM runs WHERE pipeline = ? AND id = ?', [pipeline, id]).map(runOf)[0],
    async runsBeginningWith(pipeline, prefix) {
      const sql = 'SELECT * FROM runs WHERE pipeline = ? AND substr(id, 1, ?) = ? ORDER BY number DESC LIMIT 5';
      return rows(sql, [pipeline, prefix.length, prefix]).map(runOf);
    },
    async runs(pipeline, { after, limit }) {
      const before = after === undefined ? '' : 'AND number < (SELECT number FROM runs WHERE id = ?)';
      const values = [pipeline, ...(after === undefined ? [] : [after]), limit];
      return rows(`SELECT * FROM runs WHERE pipeline = ? ${before} ORDER BY number DESC LIMIT ?`, values).map(runOf);
    },
    async lastSuccess(pipeline) {
      const well = "kind = 'sync' AND outcome IN ('completed', 'held')";
      return rows(`SELECT * FROM runs WHERE pipeline = ? AND ${well} ORDER BY number DESC LIMIT 1`, [pipeline]).map(
        runOf,
      )[0];
    },
    async prune(pipeline, before) {
      write('DELETE FROM results WHERE run IN (SELECT id FROM runs WHERE pipeline = ? AND finished_at < ?)', [
        pipeline,
        before,
      ]);
    },
  };
}
