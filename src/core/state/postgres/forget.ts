import type { PipelineId } from '../../domain/pipeline.ts';
import { batchOf, json, number, type Row, text } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { StoredDataCounts } from '../stored-data-counts.ts';
import { withoutReject } from '../without-reject.ts';
import type { RunStatement, Statement } from './connection/database.ts';
import { batchesOf } from './kept-records.ts';
import type { Owner } from './owner.ts';
import type { Statements } from './statements.ts';

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

const touched = [...Object.values(byKey), 'plan_changes', 'users', 'batches', 'runs'];

/** The users that the customer is or was, as far as they are nobody else's too. */
const usersOfKey = `FROM rolodesk.users u WHERE u.destination = $3 AND u.id IN (
    SELECT destination_id FROM rolodesk.links WHERE pipeline = $1 AND key = $2
    UNION SELECT destination_id FROM rolodesk.results WHERE pipeline = $1 AND key = $2
  ) AND NOT EXISTS (
    SELECT 1 FROM rolodesk.links l JOIN rolodesk.pipelines p ON p.id = l.pipeline
    WHERE l.destination_id = u.id AND p.destination_origin = $3 AND NOT (l.pipeline = $1 AND l.key = $2)
  )`;

/** What is kept about one customer, and how it is removed. */
export function createForget(
  { rows, read, transaction }: Statements,
  ownerOf: (pipeline: PipelineId) => Owner,
): Pick<StateStore, 'countStoredData' | 'eraseCustomer'> {
  async function countStoredData(pipeline: PipelineId, key: string): Promise<StoredDataCounts> {
    const count = (name: string): string => `(SELECT count(*) FROM rolodesk.${name} WHERE pipeline = $1 AND key = $2)`;
    const columns = Object.entries(byKey).map(([label, table]) => `${count(table)} AS ${label}`);
    const { destination } = ownerOf(pipeline);
    const [[row = {}] = [], batches = []] = await read([
      {
        text: `SELECT ${columns.join(', ')}, (SELECT count(*) ${usersOfKey}) AS users`,
        values: [pipeline, key, destination],
      },
      { text: batchesOf, values: [pipeline] },
    ]);
    return {
      links: number(row, 'links'),
      emails: number(row, 'emails'),
      rejects: number(row, 'rejects'),
      pending: number(row, 'pending'),
      deferred: number(row, 'deferred'),
      shared: number(row, 'shared'),
      records: number(row, 'records'),
      changes: number(row, 'changes'),
      writes: batchesWith(batches, key).length,
      users: number(row, 'users'),
    };
  }

  return {
    countStoredData,
    async eraseCustomer(pipeline, key) {
      const kept = await countStoredData(pipeline, key);
      await transaction((run) => remove(run, ownerOf(pipeline), key));
      // Deleted rows stay in their pages until they are cleaned. A user who does not own a table only gets a warning, and
      // then the server's own cleaning comes to them. Logs and backups of the server are beyond us.
      for (const table of touched) await rows(`VACUUM rolodesk.${table}`);
      return kept;
    },
  };
}

async function remove(run: RunStatement, { pipeline, destination }: Owner, key: string): Promise<void> {
  await run({ text: `DELETE ${usersOfKey}`, values: [pipeline, key, destination] });
  await run({
    text: `UPDATE rolodesk.pending SET due = 1 WHERE pipeline = $1
      AND address IN (SELECT address FROM rolodesk.claims WHERE pipeline = $1 AND key = $2)`,
    values: [pipeline, key],
  });
  for (const table of [...Object.values(byKey), 'plan_changes'])
    await run({ text: `DELETE FROM rolodesk.${table} WHERE pipeline = $1 AND key = $2`, values: [pipeline, key] });
  for (const batch of batchesWith(await run({ text: batchesOf, values: [pipeline] }), key)) {
    const others = JSON.stringify(batch.rows.filter((row) => row.key !== key));
    await run({ text: 'UPDATE rolodesk.batches SET rows = $2 WHERE id = $1', values: [batch.id, others] });
  }
  const reports = 'SELECT id, report FROM rolodesk.runs WHERE pipeline = $1 AND report IS NOT NULL';
  for (const row of await run({ text: reports, values: [pipeline] })) {
    const statement = withoutKey(row, key);
    if (statement) await run(statement);
  }
}

function withoutKey(row: Row, key: string): Statement | undefined {
  const kept = withoutReject(json(row, 'report'), key);
  if (kept === undefined) return undefined;
  return { text: 'UPDATE rolodesk.runs SET report = $2 WHERE id = $1', values: [text(row, 'id'), kept] };
}

function batchesWith(rows: readonly Row[], key: string) {
  return rows.map(batchOf).filter((batch) => batch.rows.some((row) => row.key === key));
}
