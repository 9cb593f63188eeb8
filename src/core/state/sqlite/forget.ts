import { StateError } from '../../domain/errors.ts';
import type { PipelineId } from '../../domain/pipeline.ts';
import { batchOf, json, text } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { StoredDataCounts } from '../stored-data-counts.ts';
import { withoutReject } from '../without-reject.ts';
import { busyMs, removeCopies } from './open-database.ts';
import type { Connection, Query, Statements } from './query.ts';

/** A command that only looks is through with the file by then. */
const readerMs = 1_000;

/** Tables that hold a customer under its key, by what their rows are to the reader. */
const byKey = {
  links: 'links',
  emails: 'claims',
  rejects: 'dead_letters',
  pending: 'pending',
  deferred: 'deferred',
  shared: 'email_records',
  records: 'results',
  changes: 'inbox',
} as const;

/** The users that the customer is or was, as far as they are nobody else's too. */
const usersOfKey = `FROM users WHERE destination = ?3 AND id IN (
    SELECT destination_id FROM links WHERE pipeline = ?1 AND key = ?2
    UNION SELECT destination_id FROM results INDEXED BY results_by_key WHERE pipeline = ?1 AND key = ?2
  ) AND NOT EXISTS (
    SELECT 1 FROM links l JOIN pipelines p ON p.id = l.pipeline
    WHERE l.destination_id = users.id AND p.destination_origin = ?3 AND NOT (l.pipeline = ?1 AND l.key = ?2)
  )`;

/** What is kept about one customer, and how it is removed for good. */
export function createForget(
  { rows, count, transaction }: Statements,
  {
    database,
    destinationOf,
    path,
  }: {
    readonly database: Connection;
    readonly destinationOf: (pipeline: PipelineId) => string;
    readonly path: string;
  },
): Pick<StateStore, 'countStoredData' | 'eraseCustomer'> {
  function countStoredData(pipeline: PipelineId, key: string): StoredDataCounts {
    const of = (table: string): number =>
      count(`SELECT count(*) AS n FROM ${table} WHERE pipeline = ? AND key = ?`, [pipeline, key]);
    return {
      links: of(byKey.links),
      emails: of(byKey.emails),
      rejects: of(byKey.rejects),
      pending: of(byKey.pending),
      deferred: of(byKey.deferred),
      shared: of(byKey.shared),
      records: of(byKey.records),
      changes: of(byKey.changes),
      writes: batchesWith(pipeline, key).length,
      users: count(`SELECT count(*) AS n ${usersOfKey}`, [pipeline, key, destinationOf(pipeline)]),
    };
  }

  function batchesWith(pipeline: PipelineId, key: string) {
    const batches = rows('SELECT * FROM batches WHERE pipeline = ?', [pipeline]).map(batchOf);
    return batches.filter((batch) => batch.rows.some((row) => row.key === key));
  }

  function remove(run: Query, pipeline: PipelineId, key: string): void {
    run(`DELETE ${usersOfKey}`, [pipeline, key, destinationOf(pipeline)]);
    run(
      'UPDATE pending SET due = 1 WHERE pipeline = ?1 AND address IN (SELECT address FROM claims WHERE pipeline = ?1 AND key = ?2)',
      [pipeline, key],
    );
    for (const table of [...Object.values(byKey), 'plan_changes'])
      run(`DELETE FROM ${table} WHERE pipeline = ? AND key = ?`, [pipeline, key]);
    for (const batch of batchesWith(pipeline, key)) {
      const others = JSON.stringify(batch.rows.filter((row) => row.key !== key));
      run('UPDATE batches SET rows = ? WHERE id = ?', [others, batch.id]);
    }
    for (const row of rows('SELECT id, report FROM runs WHERE pipeline = ? AND report IS NOT NULL', [pipeline])) {
      const kept = withoutReject(json(row, 'report'), key);
      if (kept !== undefined) run('UPDATE runs SET report = ? WHERE id = ?', [kept, text(row, 'id')]);
    }
  }

  /**
   * Deleted rows stay in free pages, and older versions of them in the log, until they are overwritten by chance. The file
   * is written again from what is left, with zeros elsewhere, and the log is cut to nothing.
   */
  function scrub(): void {
    database.exec(`VACUUM; PRAGMA busy_timeout = ${readerMs}`);
    const [checkpoint] = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    database.exec(`PRAGMA busy_timeout = ${busyMs}`);
    if (checkpoint?.busy === 0) return;
    throw new StateError(`Traces of the customer may still be in the log of ${path}: another process reads the file.`, {
      code: 'in-use',
      hint: 'Nothing of it is shown any more. Wait for the other process to end, and run the same again.',
    });
  }

  return {
    countStoredData: async (pipeline, key) => countStoredData(pipeline, key),
    async eraseCustomer(pipeline, key) {
      const kept = countStoredData(pipeline, key);
      database.exec('PRAGMA secure_delete = ON');
      transaction((run) => remove(run, pipeline, key));
      removeCopies(path);
      scrub();
      return kept;
    },
  };
}
