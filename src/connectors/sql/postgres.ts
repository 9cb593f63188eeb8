import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { resolve } from 'node:path';
import type { Client, ClientConfig } from 'pg';
import type { SourceOptions } from '../../core/connector.ts';
import { defined } from '../../core/defined.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { ConfigError, TransientError } from '../../core/domain/errors.ts';
import type { SqlConfig } from './config.ts';
import { checkColumns } from './order.ts';
import type { Connection, TypedColumn } from './postgres-connection.ts';
import { postgresError } from './postgres-errors.ts';
import { createPostgresRows } from './postgres-rows.ts';
import { targetOf } from './postgres-target.ts';
import { asText } from './postgres-values.ts';
import { withSince } from './query.ts';
import type { OpenSession } from './session.ts';

/** Time that a reply may have on the way, beyond what the server may take for it. */
const graceMs = 10_000;

/** One transaction that can only read, and sees one moment. */
export function openPostgres({ config, folder, clock }: SourceOptions<SqlConfig>): OpenSession {
  const target = targetOf(config.url ?? '');
  const password = config.password ?? target.password;
  const where = `PostgreSQL at ${target.host}`;
  const timeoutMs = config.statementTimeout * 1000;

  return async (context) => {
    const { default: pg } = await import('pg');
    const socket = new Socket();
    const client = new pg.Client({
      ...asText,
      host: target.host,
      port: target.port,
      database: target.database,
      application_name: 'rolodesk',
      connectionTimeoutMillis: config.connectTimeout * 1000,
      keepAlive: true,
      ssl: await tlsOf(config, target, folder),
      stream: () => socket,
      ...defined({ user: target.user, password }),
    });
    const connection = connectionOf(client, socket, context);
    try {
      await connection.run(async () => await client.connect());
      await connection.run(async () => await client.query(settings(timeoutMs)));
      const columns = await connection.run(async () => await describe(client, config.query));
      checkColumns(config, columns);
      const { rows, leave } = createPostgresRows({ config, clock, connection, columns });
      return {
        identity: `${target.user ?? 'the user of this machine'} on ${target.host}/${target.database}`,
        columns,
        rows,
        async close() {
          // The next run begins a connection of its own, whatever becomes of this one.
          await leave().catch(() => undefined);
          await end(client, socket);
        },
      };
    } catch (error) {
      await end(client, socket);
      throw error;
    }
  };

  function connectionOf(client: Client, socket: Socket, { signal }: CallContext): Connection {
    // A query in flight rejects with the same error, and so does the next one; nobody else has to handle it.
    client.on('error', () => undefined);
    return {
      client,
      async run(work) {
        signal.throwIfAborted();
        let isLate = false;
        const cut = (): void => void socket.destroy();
        const alarm = setTimeout(() => {
          isLate = true;
          cut();
        }, timeoutMs + graceMs);
        signal.addEventListener('abort', cut, { once: true });
        try {
          return await work();
        } catch (error) {
          signal.throwIfAborted();
          if (isLate)
            throw new TransientError(`${where}: no reply in time.`, { code: 'network', hint: 'Run again later.' });
          throw postgresError(error, where);
        } finally {
          clearTimeout(alarm);
          signal.removeEventListener('abort', cut);
        }
      },
    };
  }
}

async function end(client: Client, socket: Socket): Promise<void> {
  if (!socket.destroyed) await client.end().catch(() => undefined);
  socket.destroy();
}

/** Time zone and styles decide how values are written. Between two pages there may be hours: the reader has other work. */
function settings(timeoutMs: number): string {
  return `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = ${Math.ceil(timeoutMs)};
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL TimeZone = 'UTC';
    SET LOCAL DateStyle = 'ISO';
    SET LOCAL IntervalStyle = 'iso_8601';
    SET LOCAL bytea_output = 'hex';
    SET LOCAL extra_float_digits = 1`;
}

async function describe(client: Client, query: string): Promise<readonly TypedColumn[]> {
  const text = `SELECT * FROM (${withSince(query, '$1')}\n) AS q LIMIT 0`;
  const { fields } = await client.query({ text, values: text.includes('$1') ? [null] : [], rowMode: 'array' });
  const found = await client.query<[string, string, string | null, string]>({
    text: `SELECT t.oid, format_type(t.oid, NULL), CASE WHEN t.typcategory = 'A' THEN coalesce(nullif(e.typbasetype, 0), e.oid) END,
        CASE WHEN t.typinput = 'array_in'::regproc THEN e.typdelim::text ELSE ' ' END
      FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem WHERE t.oid = ANY($1::oid[])`,
    values: [fields.map(({ dataTypeID }) => dataTypeID)],
    rowMode: 'array',
  });
  const known = new Map(found.rows.map(([id, type, element, delimiter]) => [Number(id), { type, element, delimiter }]));
  return fields.map(({ name, dataTypeID: id }) => {
    const { type = 'unknown', element = null, delimiter = ',' } = known.get(id) ?? {};
    const inner = element === null ? undefined : { id: Number(element), element: undefined };
    return { name, type, id, value: { id, element: inner, delimiter } };
  });
}

async function tlsOf(
  { tls, ca }: SqlConfig,
  target: ReturnType<typeof targetOf>,
  folder: string,
): Promise<NonNullable<ClientConfig['ssl']>> {
  const mode = tls ?? target.tls;
  if (mode === 'off') return false;
  if (ca === undefined) return { rejectUnauthorized: mode === 'verify' };
  const path = resolve(folder, ca);
  const pem = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`source.ca: ${path} can't be read.`, { code: 'source-file', hint: 'Check the path.', cause });
  });
  return { ca: pem, rejectUnauthorized: mode === 'verify' };
}
