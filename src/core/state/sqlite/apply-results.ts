import type { PipelineId } from '../../domain/pipeline.ts';
import type { Result } from '../../domain/result.ts';
import { type ApplyTable, each } from './apply-table.ts';
import { createStatement } from './query.ts';

/** What became of records in a run. Of those that are up to date only the key is kept, and only while the run lasts. */
export const applyResults: ApplyTable = (database) => {
  const put = {
    result: createStatement(
      database,
      'INSERT OR REPLACE INTO results (run, key, pipeline, outcome, code, message, destination_id, changes, previous_last_sent, at, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    unchanged: each(database, 'INSERT OR IGNORE INTO temp.unchanged (run, key) SELECT ?1, value FROM json_each(?2)'),
    dropUnchanged: each(
      database,
      'DELETE FROM temp.unchanged WHERE run = ?1 AND key IN (SELECT value FROM json_each(?2))',
    ),
  };

  function putResult(pipeline: PipelineId, run: string, row: Result): void {
    const { key, outcome, code, message, destinationId, changes, previousLastSent, at, detail } = row;
    put.result.run(
      run,
      key,
      pipeline,
      outcome,
      code ?? null,
      message ?? null,
      destinationId ?? null,
      changes ? JSON.stringify(changes) : null,
      previousLastSent ? JSON.stringify(previousLastSent) : null,
      at,
      detail ?? null,
    );
  }

  return ({ pipeline }, { results }) => {
    if (!results) return;
    const { run } = results;
    // A key's later result takes the place of its earlier one.
    const latest = [...new Map(results.rows.map((row) => [row.key, row])).values()];
    const written = latest.filter(({ outcome }) => outcome !== 'unchanged');
    const unchanged = latest.filter(({ outcome }) => outcome === 'unchanged');
    for (const row of written) putResult(pipeline, run, row);
    const keyOf = ({ key }: Result): string => key;
    put.dropUnchanged(run, written.map(keyOf));
    put.unchanged(run, unchanged.map(keyOf));
  };
};
