import type { PipelineId } from '../../domain/pipeline.ts';
import { batchOf, deadLetterOf, emailRecordOf, linkOf, number, pendingOf, type Row, recordOf, text } from '../rows.ts';
import type { Paged, StateStore } from '../store.ts';
import type { Statement } from './connection/database.ts';
import type { Owner } from './owner.ts';
import type { Statements } from './statements.ts';
import type { UnchangedKeys } from './unchanged-keys.ts';

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

export const batchesOf = 'SELECT * FROM rolodesk.batches WHERE pipeline = $1 ORDER BY requested_at';

/** Keys that are looked through at once for those that the run has not seen. */
const keysAtOnce = 10_000;

const notInRun = (
  row: string,
): string => `NOT EXISTS (SELECT 1 FROM rolodesk.results WHERE run = $2 AND key = ${row}.key)
  AND NOT EXISTS (SELECT 1 FROM rolodesk.deferred WHERE pipeline = $1 AND key = ${row}.key AND stage <> 'holder')`;

const unseenKeys = `SELECT key FROM rolodesk.links l WHERE pipeline = $1
  AND deactivated IS DISTINCT FROM $3 AND deactivated IS DISTINCT FROM 'delete' AND ${notInRun('l')}`;

const unseenEmailKeys = `SELECT key FROM rolodesk.email_records e WHERE pipeline = $1 AND active = 1 AND ${notInRun('e')}`;

const emailRecordsOf = `SELECT key, address, active, record FROM rolodesk.email_records
    WHERE pipeline = $1 AND key = ANY($2::text[])
  UNION SELECT key, address, active, record FROM rolodesk.email_records
    WHERE pipeline = $1 AND address = ANY($3::text[])
  ORDER BY key`;

/** Reads what `apply` keeps of records beyond a run: links, open batches, dead letters, pending records. */
export function createKeptRecords(
  { rows, read }: Statements,
  unchanged: UnchangedKeys,
  ownerOf: (pipeline: PipelineId) => Owner,
): KeptRecords {
  async function keyed(
    table: 'links' | 'dead_letters' | 'pending',
    pipeline: PipelineId,
    {
      after = '',
      limit,
      keys,
      reason,
      code,
    }: Paged & { readonly keys?: readonly string[]; readonly reason?: string; readonly code?: string },
  ): Promise<Row[]> {
    const values: (string | number | readonly string[])[] = [pipeline, after, limit];
    const conditions = [
      'pipeline = $1 AND key > $2',
      ...(keys ? [`key = ANY($${values.push(keys)}::text[])`] : []),
      ...(reason === undefined ? [] : [`reason = $${values.push(reason)}`]),
      ...(code === undefined ? [] : [`code = $${values.push(code)}`]),
    ];
    return await rows(
      `SELECT * FROM rolodesk.${table} WHERE ${conditions.join(' AND ')} ORDER BY key LIMIT $3`,
      values,
    );
  }

  const unseenOf = createUnseenKeys(rows, unchanged);

  return {
    openBatches: async (pipeline) => (await rows(batchesOf, [pipeline])).map(batchOf),
    deadLetters: async (pipeline, query) => (await keyed('dead_letters', pipeline, query)).map(deadLetterOf),
    pending: async (pipeline, query) => (await keyed('pending', pipeline, query)).map(pendingOf),
    async due(pipeline, { limit }) {
      const letters = 'SELECT key, record FROM rolodesk.dead_letters WHERE pipeline = $1 AND due = 1';
      const pending = 'SELECT key, record FROM rolodesk.pending WHERE pipeline = $1 AND due = 1';
      return (await rows(`${letters} UNION ${pending} ORDER BY key LIMIT $2`, [pipeline, limit])).map(recordOf);
    },
    links: async (pipeline, query) => (await keyed('links', pipeline, query)).map(linkOf),
    async unseen(pipeline, { run, deactivated, after = '', limit }) {
      const keys = await unseenOf(unseenKeys, [pipeline, run, deactivated], { run, after, limit });
      if (keys.length === 0) return [];
      return (await keyed('links', pipeline, { keys, limit })).map(linkOf);
    },
    async emailRecords(pipeline, { keys, emails }) {
      if (keys.length + emails.length === 0) return [];
      return (await rows(emailRecordsOf, [pipeline, keys, emails])).map(emailRecordOf);
    },
    unseenEmailRecords: (pipeline, { run, after = '', limit }) =>
      unseenOf(unseenEmailKeys, [pipeline, run], { run, after, limit }),
    async keptCounts(pipeline) {
      const [letters, reasons] = await read(keptQuestions(pipeline));
      return keptCountsOf(letters, reasons);
    },
    async counts(pipeline) {
      const { destination } = ownerOf(pipeline);
      const [letters, reasons, links, active, deferred, batches, users] = await read([
        ...keptQuestions(pipeline),
        countOf('links WHERE pipeline = $1', pipeline),
        countOf('links WHERE pipeline = $1 AND deactivated IS NULL', pipeline),
        countOf('deferred WHERE pipeline = $1', pipeline),
        countOf('batches WHERE pipeline = $1', pipeline),
        countOf('users WHERE destination = $1', destination),
      ]);
      return {
        ...keptCountsOf(letters, reasons),
        links: counted(links),
        activeLinks: counted(active),
        deferred: counted(deferred),
        openBatches: counted(batches),
        directoryUsers: counted(users),
      };
    },
  };
}

/** Only this process knows which keys were up to date: they are looked through here, without the rest of their rows. */
function createUnseenKeys(rows: Statements['rows'], unchanged: UnchangedKeys) {
  return async function unseenOf(
    sql: string,
    values: readonly (PipelineId | string)[],
    { run, after, limit }: { readonly run: string; readonly after: string; readonly limit: number },
  ): Promise<readonly string[]> {
    const behind = `${sql} AND key > $${values.length + 1} ORDER BY key LIMIT $${values.length + 2}`;
    const keys: string[] = [];
    for (let from: string | undefined = after; from !== undefined && keys.length < limit; ) {
      const page: readonly Row[] = await rows(behind, [...values, from, keysAtOnce]);
      const names = page.map((row) => text(row, 'key'));
      const seen = new Set(unchanged.among(run, names));
      keys.push(...names.filter((key) => !seen.has(key)));
      from = names.length < keysAtOnce ? undefined : names.at(-1);
    }
    return keys.slice(0, limit);
  };
}

function countOf(where: string, owner: PipelineId | string): Statement {
  return { text: `SELECT count(*) AS n FROM rolodesk.${where}`, values: [owner] };
}

function keptQuestions(pipeline: PipelineId): readonly Statement[] {
  const reasons =
    'SELECT reason, count(*) AS n FROM rolodesk.pending WHERE pipeline = $1 GROUP BY reason ORDER BY reason';
  return [countOf('dead_letters WHERE pipeline = $1', pipeline), { text: reasons, values: [pipeline] }];
}

function counted(answer: readonly Row[] | undefined): number {
  return number(answer?.[0] ?? {}, 'n');
}

function keptCountsOf(letters: readonly Row[] | undefined, reasons: readonly Row[] = []) {
  return {
    deadLetters: counted(letters),
    pending: Object.fromEntries(reasons.map((row) => [text(row, 'reason'), number(row, 'n')])),
  };
}
