import { number, resultOf, text } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Statements } from './statements.ts';
import type { UnchangedKeys } from './unchanged-keys.ts';

/** What became of each record in a run. */
export function createResults(
  { rows }: Statements,
  unchanged: UnchangedKeys,
): Pick<StateStore, 'results' | 'tally' | 'history'> {
  return {
    async results(run, { outcome, code, keys, after = '', limit }) {
      const sql = `SELECT * FROM rolodesk.results WHERE run = $1 AND key > $2
        AND ($4::text IS NULL OR outcome = $4) AND ($5::text[] IS NULL OR key = ANY($5))
        AND ($6::text IS NULL OR coalesce(code, '') = $6) ORDER BY key LIMIT $3`;
      return (await rows(sql, [run, after, limit, outcome ?? null, keys ?? null, code ?? null])).map(resultOf);
    },
    async tally(run) {
      const counted = await rows(
        'SELECT outcome, count(*) AS n FROM rolodesk.results WHERE run = $1 GROUP BY outcome',
        [run],
      );
      const by = new Map(counted.map((row) => [text(row, 'outcome'), number(row, 'n')]));
      return {
        created: by.get('created') ?? 0,
        updated: by.get('updated') ?? 0,
        unchanged: unchanged.count(run),
        skipped: by.get('skipped') ?? 0,
        rejected: by.get('rejected') ?? 0,
      };
    },
    async history(pipeline, key) {
      // Not by `at`: the destination's clock has whole seconds, and two runs can end within one.
      const sql = `SELECT results.* FROM rolodesk.results LEFT JOIN rolodesk.runs ON runs.id = results.run
        WHERE results.pipeline = $1 AND results.key = $2 ORDER BY runs.number DESC NULLS LAST`;
      return (await rows(sql, [pipeline, key])).map((row) => ({ ...resultOf(row), run: text(row, 'run') }));
    },
  };
}
