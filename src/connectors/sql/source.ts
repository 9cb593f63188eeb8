import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import { defined } from '../../core/defined.ts';
import type { CallContext, CheckResult } from '../../core/domain/context.ts';
import type { Json } from '../../core/domain/json.ts';
import type { Cursor, Page, SourceRecord } from '../../core/domain/record.ts';
import { createRecordReader, type RowData } from '../../core/records/record-reader.ts';
import type { SqlConfig } from './config.ts';
import { targetOf } from './postgres-target.ts';
import type { OpenSession, Session } from './session.ts';

/** `of`: the query that the position belongs to. Another one may show rows that it has never shown. */
const place = z.object({
  // It came from JSON.
  since: z.unknown().transform((value) => value as Json),
  of: z.string(),
});

const sampleRows = 100;
/** More rows than this are not kept back for a key that they all have: the query names the wrong column. */
const maxRowsOfOneKey = 1000;

/** Reads the rows of one query: all of them, or those at or after the greatest value that was seen. */
export function createSqlSource(options: SourceOptions<SqlConfig>): AuthoredSource<RowData> {
  const { config, onSecret } = options;
  const { url, file } = config;
  const password = url === undefined ? undefined : targetOf(url).password;
  if (password !== undefined) onSecret(password);

  // What only one of the two needs is loaded when it is read.
  const open: OpenSession = async (context) => {
    if (file !== undefined) return await (await import('./sqlite.ts')).openSqlite(options, file)(context);
    return await (await import('./postgres.ts')).openPostgres(options)(context);
  };

  async function withSession<T>(context: CallContext, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await open(context);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  return {
    async *read(from, context) {
      const session = await open(context);
      try {
        yield* scan({ config, session, context }, from);
      } finally {
        await session.close();
      }
    },
    check: async (context) =>
      await withSession(context, async (session) => await checkQuery({ config, session, context })),
    async discover(context) {
      return await withSession(context, async ({ columns }) => [
        { name: 'query', fields: columns.map(({ name, type }) => ({ path: name, type })) },
      ]);
    },
  };
}

interface Reading {
  readonly config: SqlConfig;
  readonly session: Session;
  readonly context: CallContext;
}

async function* scan({ config, session, context }: Reading, from: Cursor | undefined): AsyncGenerator<Page<RowData>> {
  const { incremental, pageSize } = config;
  const of = hashOf(config, session);
  const found = place.safeParse(from).data;
  const base = incremental !== undefined && found?.of === of ? found.since : undefined;
  const rows = createRecordReader(config, context);
  let since = base;
  let held: readonly SourceRecord<RowData>[] = [];
  let total: number | undefined;
  const cursor = (): Cursor => (incremental === undefined || since === undefined ? null : { since, of });
  for await (const batch of session.rows(base)) {
    context.signal.throwIfAborted();
    const { found: records } = rows.read(batch.rows);
    since = batch.since ?? since;
    total = batch.total;
    // Rows of one key stand together and stay together on a page: whether they are one record shows there.
    const all = [...held, ...records];
    const others = all.findLastIndex(({ key }) => key !== all.at(-1)?.key) + 1;
    const complete = all.length > pageSize + maxRowsOfOneKey ? all.length : others;
    held = all.slice(complete);
    if (complete > 0) yield { records: all.slice(0, complete), cursor: cursor(), ...defined({ total }) };
  }
  const isWhole = rows.end() && base === undefined;
  yield { records: held, cursor: cursor(), ...defined({ total }), ...(isWhole && { whole: true }) };
}

async function checkQuery({ config, session, context }: Reading): Promise<CheckResult> {
  const { key, incremental } = config;
  const { read, keyed } = await sampleOf({ config, session, context });
  const named = [key].flat().join(' and ');
  const detail =
    keyed === read
      ? `the first ${read} have a key (${named})`
      : `${read - keyed} of the first ${read} have no ${named}`;
  const often =
    incremental === undefined
      ? 'every sync reads all rows: source.incremental is not set'
      : `rows are asked for by ${incremental} (${typeIn(session, incremental)})`;
  return {
    identity: session.identity,
    lines: [
      { ok: read === 0 ? 'warning' : keyed === read, title: 'rows', detail },
      { ok: incremental === undefined ? 'warning' : true, title: 'changes', detail: often },
    ],
  };
}

/** How many of the first rows there are, and how many of them have a key. */
async function sampleOf({
  config,
  session,
  context,
}: Reading): Promise<{ readonly read: number; readonly keyed: number }> {
  for await (const { rows } of session.rows(undefined)) {
    const sample = rows.slice(0, sampleRows);
    return { read: sample.length, keyed: createRecordReader(config, context).read(sample).found.length };
  }
  return { read: 0, keyed: 0 };
}

function hashOf({ query, incremental = '' }: SqlConfig, session: Session): string {
  const parts = [query, incremental, typeIn(session, incremental)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}

function typeIn({ columns }: Session, wanted: string): string {
  return columns.find(({ name }) => name === wanted)?.type ?? '';
}
