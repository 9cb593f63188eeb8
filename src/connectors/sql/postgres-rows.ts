import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { Json } from '../../core/domain/json.ts';
import type { RowData } from '../../core/records/record-reader.ts';
import type { SqlConfig } from './config.ts';
import { orderOf } from './order.ts';
import type { Connection, TypedColumn } from './postgres-connection.ts';
import { asText, jsonOf, types } from './postgres-values.ts';
import { quoted, usesSince, withSince } from './query.ts';
import type { Batch } from './session.ts';
import { before, capAt } from './watermark.ts';

type TextRow = readonly (string | null)[];

/** How values of a column's type are counted with. The server does it where it alone knows how. */
interface Kind {
  /** What the first read of a query with :since begins at: nothing is less. */
  readonly least: string;
  /** The present, which no position goes beyond. */
  readonly now?: string;
  /** So much before $1. */
  readonly before?: string;
}

const interval = 'make_interval(secs => $2::float8)';
const kinds: ReadonlyMap<number, Kind> = new Map([
  [types.timestamptz, { least: '-infinity', now: 'now()', before: `$1::timestamptz - ${interval}` }],
  [types.timestamp, { least: '-infinity', now: 'localtimestamp', before: `$1::timestamp - ${interval}` }],
  [types.date, { least: '-infinity', now: 'current_date', before: `($1::date - ${interval})::date` }],
  [types.int2, { least: '-32768' }],
  [types.int4, { least: '-2147483648' }],
  [types.int8, { least: '-9223372036854775808' }],
  [types.numeric, { least: '-1e100', before: '$1::numeric - $2::numeric' }],
  [types.float4, { least: '-Infinity', before: '$1::float8 - $2::float8' }],
  [types.float8, { least: '-Infinity', before: '$1::float8 - $2::float8' }],
]);
const whole: ReadonlySet<number> = new Set([types.int2, types.int4, types.int8]);
/** Any other type. Of text only that which is a time can be counted with. */
const plain: Kind = { least: '' };

/** Pages of the query, through a cursor of the server: neither side holds more than one. */
export function createPostgresRows({
  config,
  clock,
  connection,
  columns,
}: {
  readonly config: SqlConfig;
  readonly clock: Clock;
  readonly connection: Connection;
  readonly columns: readonly TypedColumn[];
}) {
  const { query, incremental, overlap, pageSize } = config;
  const { client, run } = connection;
  const at = columns.findIndex(({ name }) => name === incremental);
  const column = columns[at];
  const kind = (column && kinds.get(column.id)) ?? plain;
  let leave = async (): Promise<void> => undefined;

  async function beginAt(since: string): Promise<string> {
    if (column && whole.has(column.id)) return String(before(BigInt(since), overlap));
    if (kind.before === undefined) return String(before(since, overlap));
    const { rows } = await run(
      async () =>
        await client.query<[string]>({
          text: `SELECT (${kind.before})::text`,
          values: [since, overlap],
          rowMode: 'array',
        }),
    );
    return rows[0]?.[0] ?? since;
  }

  async function* rows(since: Json | undefined): AsyncGenerator<Batch> {
    const begin = since === undefined ? undefined : await beginAt(z.string().parse(since));
    const { text, values } = statement(begin);
    const { default: Cursor } = await import('pg-cursor');
    const cursor = client.query(new Cursor<TextRow>(text, values, { ...asText, rowMode: 'array' }));
    const nowMs = clock.now();
    let greatest: Json | undefined;
    for (;;) {
      // Only a cursor that nothing is asked of answers when it is closed.
      leave = async () => undefined;
      const found = await run(async () => await cursor.read(pageSize));
      leave = async () => await run(async () => await cursor.close());
      for (const row of found) greatest = sinceOf(row[columns.length] ?? null, nowMs) ?? greatest;
      yield { rows: found.map(dataOf), since: greatest };
      if (found.length < pageSize) return;
    }
  }

  function statement(begin: string | undefined): { readonly text: string; readonly values: string[] } {
    const name = incremental === undefined ? undefined : `q.${quoted(incremental)}`;
    // least() looks past NULL: a row without a value would give the present as the greatest one.
    const value = kind.now === undefined ? name : `CASE WHEN ${name} IS NOT NULL THEN least(${name}, ${kind.now}) END`;
    const position = name === undefined ? '' : `, (${value})::text`;
    const isAsked = usesSince(query);
    const where = isAsked || begin === undefined ? '' : `WHERE ${name} >= $1 OR ${name} IS NULL`;
    const inner = withSince(query, '$1');
    const given = begin ?? (isAsked ? kind.least : undefined);
    return {
      text: `SELECT q.*${position} FROM (${inner}\n) AS q ${where} ORDER BY ${orderOf(config)}`,
      values: given === undefined ? [] : [given],
    };
  }

  function sinceOf(value: string | null, nowMs: number): string | undefined {
    if (value === null) return undefined;
    if (column && whole.has(column.id)) return String(capAt(BigInt(value), nowMs));
    // The server has seen to the others.
    return kind === plain ? String(capAt(value, nowMs)) : value;
  }

  function dataOf(row: TextRow): RowData {
    return Object.fromEntries(columns.map(({ name, value }, index) => [name, jsonOf(row[index] ?? null, value)]));
  }

  return { rows, leave: async () => await leave() };
}
