import type { PipelineId } from '../../domain/pipeline.ts';
import { batchOf, deadLetterOf, emailRecordOf, linkOf, number, pendingOf, type Row, recordOf, text } from '../rows.ts';
import type { StateStore } from '../store.ts';
import { listOf, type Statements } from './query.ts';

type KeptRecords = Pick<
  StateStore,
  | 'openBatches'
  | 'deadLetters'
  | 'pending'
  | 'due'
  | 'links'
  | 'unseen'
  | 'emailRecords'
  | 'unseenEmailRecords'
  | 'counts'
  | 'keptCounts'
>;

/** Reads what `apply` keeps of records beyond a run: links, open batches, dead letters, pending records. */
export function createKeptRecords(
  { rows, count }: Statements,
  destinationOf: (pipeline: PipelineId) => string,
): KeptRecords {
  function keyed(
    table: string,
    pipeline: PipelineId,
    query: { after?: string; limit: number; keys?: readonly string[] },
    more = '',
  ): Row[] {
    const keys = query.keys ? ` AND key IN (SELECT value FROM json_each(?))` : '';
    const values = [pipeline, query.after ?? '', ...(query.keys ? [JSON.stringify(query.keys)] : []), query.limit];
    return rows(`SELECT * FROM ${table} WHERE pipeline = ? AND key > ?${keys}${more} ORDER BY key LIMIT ?`, values);
  }

  function keptCounts(pipeline: PipelineId) {
    const reasons = rows('SELECT reason, count(*) AS n FROM pending WHERE pipeline = ? GROUP BY reason', [pipeline]);
    return {
      deadLetters: count('SELECT count(*) AS n FROM dead_letters WHERE pipeline = ?', [pipeline]),
      pending: Object.fromEntries(reasons.map((row) => [text(row, 'reason'), number(row, 'n')])),
    };
  }

  return {
    openBatches: async (pipeline) =>
      rows('SELECT * FROM batches WHERE pipeline = ? ORDER BY requested_at', [pipeline]).map(batchOf),
    deadLetters: async (pipeline, { code, ...query }) =>
      keyed('dead_letters', pipeline, query, equals('code', code)).map(deadLetterOf),
    async pending(pipeline, { reason, ...query }) {
      return keyed('pending', pipeline, query, equals('reason', reason)).map(pendingOf);
    },
    async due(pipeline, { limit }) {
      const letters = 'SELECT key, record FROM dead_letters WHERE pipeline = ?1 AND due = 1';
      const pending = 'SELECT key, record FROM pending WHERE pipeline = ?1 AND due = 1';
      return rows(`${letters} UNION ${pending} ORDER BY key LIMIT ?2`, [pipeline, limit]).map(recordOf);
    },
    links: async (pipeline, query) => keyed('links', pipeline, query).map(linkOf),
    async unseen(pipeline, { run, deactivated, after, limit }) {
      const sql = `SELECT * FROM links l WHERE pipeline = ?1 AND key > ?2
        AND deactivated IS NOT ?5 AND deactivated IS NOT 'delete'
        AND NOT EXISTS (SELECT 1 FROM temp.unchanged WHERE run = ?3 AND key = l.key)
        AND NOT EXISTS (SELECT 1 FROM results WHERE run = ?3 AND key = l.key)
        AND NOT EXISTS (SELECT 1 FROM deferred WHERE pipeline = ?1 AND key = l.key AND stage <> 'holder')
        ORDER BY key LIMIT ?4`;
      return rows(sql, [pipeline, after ?? '', run, limit, deactivated]).map(linkOf);
    },
    async emailRecords(pipeline, { keys, emails }) {
      if (keys.length + emails.length === 0) return [];
      const sql = `SELECT t.key, t.address, t.active, t.record FROM json_each(?2) asked CROSS JOIN email_records t
          WHERE t.pipeline = ?1 AND t.key = asked.value
        UNION SELECT t.key, t.address, t.active, t.record FROM json_each(?3) asked
          CROSS JOIN email_records t INDEXED BY email_records_by_address
          WHERE t.pipeline = ?1 AND t.address = asked.value
        ORDER BY 1`;
      return rows(sql, [pipeline, listOf(keys), listOf(emails)]).map(emailRecordOf);
    },
    async unseenEmailRecords(pipeline, { run, after, limit }) {
      const sql = `SELECT key FROM email_records t WHERE pipeline = ?1 AND key > ?2 AND active = 1
        AND NOT EXISTS (SELECT 1 FROM temp.unchanged WHERE run = ?3 AND key = t.key)
        AND NOT EXISTS (SELECT 1 FROM results WHERE run = ?3 AND key = t.key)
        AND NOT EXISTS (SELECT 1 FROM deferred WHERE pipeline = ?1 AND key = t.key AND stage <> 'holder')
        ORDER BY key LIMIT ?4`;
      return rows(sql, [pipeline, after ?? '', run, limit]).map((row) => text(row, 'key'));
    },
    keptCounts: async (pipeline) => keptCounts(pipeline),
    async counts(pipeline) {
      return {
        ...keptCounts(pipeline),
        links: count('SELECT count(*) AS n FROM links WHERE pipeline = ?', [pipeline]),
        activeLinks: count('SELECT count(*) AS n FROM links WHERE pipeline = ? AND deactivated IS NULL', [pipeline]),
        deferred: count('SELECT count(*) AS n FROM deferred WHERE pipeline = ?', [pipeline]),
        openBatches: count('SELECT count(*) AS n FROM batches WHERE pipeline = ?', [pipeline]),
        directoryUsers: count('SELECT count(*) AS n FROM users WHERE destination = ?', [destinationOf(pipeline)]),
      };
    },
  };
}

function equals(column: 'code' | 'reason', value: string | undefined): string {
  return value === undefined ? '' : ` AND ${column} = '${value.replaceAll("'", "''")}'`;
}
