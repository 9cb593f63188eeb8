import type { Outcome } from '../../domain/result.ts';
import { number, outcomeOf, resultOf, text } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Statements } from './query.ts';

/** What became of each record in a run. */
export function createResults({ rows, count }: Statements): Pick<StateStore, 'results' | 'tally' | 'history'> {
  return {
    async results(run, { outcome, code, keys, after, limit }) {
      const conditions = [
        'run = ?',
        'key > ?',
        ...(outcome ? ['outcome = ?'] : []),
        ...(code === undefined ? [] : ["coalesce(code, '') = ?"]),
        ...(keys ? ['key IN (SELECT value FROM json_each(?))'] : []),
      ];
      const values = [
        run,
        after ?? '',
        ...(outcome ? [outcome] : []),
        ...(code === undefined ? [] : [code]),
        ...(keys ? [JSON.stringify(keys)] : []),
        limit,
      ];
      return rows(`SELECT * FROM results WHERE ${conditions.join(' AND ')} ORDER BY key LIMIT ?`, values).map(resultOf);
    },
    async tally(run) {
      const counted = rows('SELECT outcome, count(*) AS n FROM results WHERE run = ? GROUP BY outcome', [run]);
      const by = new Map(counted.map((row) => [outcomeOf(row), number(row, 'n')]));
      const of = (outcome: Outcome): number => by.get(outcome) ?? 0;
      const unchanged = count('SELECT count(*) AS n FROM temp.unchanged WHERE run = ?', [run]);
      return {
        created: of('created'),
        updated: of('updated'),
        unchanged,
        skipped: of('skipped'),
        rejected: of('rejected'),
      };
    },
    async history(pipeline, key) {
      // Not by `at`: the destination's clock has whole seconds, and two runs can end within one.
      const sql = `SELECT results.* FROM results INDEXED BY results_by_key LEFT JOIN runs ON runs.id = results.run
        WHERE results.pipeline = ? AND results.key = ? ORDER BY runs.number DESC`;
      return rows(sql, [pipeline, key]).map((row) => ({ ...resultOf(row), run: text(row, 'run') }));
    },
  };
}
