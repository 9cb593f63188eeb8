import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { StateError } from '../../../domain/errors.ts';
import { number, type Row, text } from '../../rows.ts';
import type { Address } from './address.ts';
import { databaseError } from './errors.ts';
import { postgresFailure } from './failure.ts';
import { columnTypes, fromStored, type Parameter, toStored } from './values.ts';

export interface Statement {
  readonly text: string;
  readonly values?: readonly Parameter[];
}

export type RunStatement = (statement: Statement) => Promise<Row[]>;

/**
 * A database, through a pool that all pipelines of the process share. Nothing is left on a connection between two calls: no
 * setting, prepared statement or lock. So it works through a pooler that hands each transaction another connection.
 */
export interface Database {
  readonly location: string;
  /** For whoever keeps other tables in this database. */
  readonly pool: pg.Pool;
  /** In one round trip, in this order. Each statement is a transaction of its own. */
  read(statements: readonly Statement[]): Promise<Row[][]>;
  /** In one round trip, in this order, all of them or none. */
  write(statements: readonly Statement[]): Promise<Row[][]>;
  /** One transaction over several round trips, on a connection of its own: it takes none from the pool while it waits. */
  transaction<T>(work: (run: RunStatement) => Promise<T>, limits?: Partial<Limits>): Promise<T>;
  close(): Promise<void>;
}

/** Of a transaction, in milliseconds. */
interface Limits {
  readonly statementMs: number;
  /** How long a statement waits for a row or table that another transaction holds. */
  readonly lockMs: number;
  /** After so long between two statements its client is taken for dead, and the transaction is undone. */
  readonly idleMs: number;
}

const oldestServer = 15;
const lockMs = 10_000;
const idleMs = 15_000;
/** A connection whose server does not answer at all is given up so much later than the server itself would give up. */
const spareMs = 5_000;
const idleConnectionMs = 30_000;
/** Connections for transactions over several round trips: while these wait for each other, the pool's are free. */
const apartMax = 6;

/** Connects, and looks at the server once. Throws what `databaseError` makes of a failure, or StateError for an old server. */
export async function connectDatabase(address: Address): Promise<Database> {
  const { location } = address;
  const pool = await openPool(address);
  const apart = createPool({ ...address, poolMax: apartMax }, pool.options.ssl);
  const begin = beginning({ statementMs: address.statementTimeoutMs, lockMs, idleMs });

  async function asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw databaseError(error, location);
    }
  }

  async function onClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    if (pool.ending) throw new StateError(`The state in ${location} was closed.`);
    let client: pg.PoolClient | undefined;
    try {
      client = await pool.connect();
      const answer = await work(client);
      client.release();
      return answer;
    } catch (error) {
      // Without the server's answer nobody knows in which state the connection is.
      client?.release(error instanceof Error && postgresFailure(error).kind === 'connection');
      throw databaseError(error, location);
    }
  }

  return {
    location,
    pool,
    read: (statements) => onClient((client) => send(client, statements)),
    write: (statements) =>
      onClient(async (client) => {
        const answers = await send(client, [{ text: begin }, ...statements, { text: 'COMMIT' }]);
        return answers.slice(1, -1);
      }),
    async transaction(work, given = {}) {
      const limits = { statementMs: address.statementTimeoutMs, lockMs, idleMs, ...given };
      const client = await asked(() => apart.connect());
      let isWhole = false;
      try {
        const replyMs = limits.statementMs + limits.lockMs + spareMs;
        const run: RunStatement = async (statement) => (await asked(() => send(client, [statement], replyMs)))[0] ?? [];
        await run({ text: beginning(limits) });
        const answer = await work(run);
        await run({ text: 'COMMIT' });
        isWhole = true;
        return answer;
      } finally {
        // Whatever is not committed is undone with its connection.
        client.release(!isWhole);
      }
    },
    async close() {
      await pool.end();
      await apart.end();
    },
  };
}

/**
 * Sends all at once and waits for all answers. Settings go with the transaction that they are for, not with the connection,
 * which a pooler may hand to somebody else.
 */
async function send(client: pg.Client, statements: readonly Statement[], replyMs?: number): Promise<Row[][]> {
  const { stream } = client.connection;
  // In one packet as far as it goes, not in one for each statement.
  stream.cork();
  const sent = statements.map(({ text: sql, values }) =>
    client.query<Record<string, unknown>>({
      text: sql,
      ...(values && { values: values.map(toStored) }),
      ...(replyMs !== undefined && { query_timeout: replyMs }),
    }),
  );
  stream.uncork();
  const answers = await Promise.allSettled(sent);
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    // Several statements in one text have several answers, which nobody asks for.
    return Array.isArray(answer.value) ? [] : answer.value.rows.map(fromStored);
  });
}

function beginning(limits: Limits): string {
  return [
    'BEGIN',
    `SET LOCAL statement_timeout = ${limits.statementMs}`,
    `SET LOCAL lock_timeout = ${limits.lockMs}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${limits.idleMs}`,
  ].join(';');
}

async function openPool(address: Address): Promise<pg.Pool> {
  const [first, ...others] = encryptions(address);
  let pool = createPool(address, first);
  try {
    try {
      await inspectServer(pool, address);
    } catch (error) {
      const [plain] = others;
      if (plain === undefined || !(error instanceof Error) || postgresFailure(error).kind !== 'no-encryption')
        throw error;
      await pool.end();
      pool = createPool(address, plain);
      await inspectServer(pool, address);
    }
    return pool;
  } catch (error) {
    await pool.end();
    throw databaseError(error, address.location);
  }
}

function createPool(address: Address, ssl: boolean | ConnectionOptions | undefined): pg.Pool {
  const { host, port, user, password, database, poolMax, applicationName, statementTimeoutMs, connectTimeoutMs } =
    address;
  const pool = new pg.Pool({
    host,
    port,
    user,
    password,
    database,
    ssl: ssl ?? false,
    max: poolMax,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs + spareMs,
    idleTimeoutMillis: idleConnectionMs,
    keepAlive: true,
    // Statements are sent without waiting for the answers to those before them.
    pipeline: true,
    types: columnTypes,
  });
  // A lost connection fails what is in progress on it. One that is idle is replaced when another is needed.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** What to try, one after the other. The driver's own reading of `sslmode` is stricter than libpq's in some modes, and ends some. */
function encryptions(address: Address): readonly [boolean | ConnectionOptions, ...(boolean | ConnectionOptions)[]] {
  const options = (): ConnectionOptions => ({
    ...fileOf('ca', address.rootCertificate),
    ...fileOf('cert', address.certificate),
    ...fileOf('key', address.certificateKey),
  });
  switch (address.encryption) {
    case 'off':
      return [false];
    case 'if-offered':
      return [{ ...options(), rejectUnauthorized: false }, false];
    case 'any-server':
      return [{ ...options(), rejectUnauthorized: false }];
    case 'known-authority':
      return [{ ...options(), checkServerIdentity: () => undefined }];
    case 'known-server':
      return [options()];
    default:
      return address.encryption satisfies never;
  }
}

/** Of a certificate or key. `system` are the authorities that Node knows. */
function fileOf(name: 'ca' | 'cert' | 'key', path: string | undefined): ConnectionOptions {
  if (path === undefined || (name === 'ca' && path === 'system')) return {};
  try {
    return { [name]: readFileSync(path) };
  } catch (error) {
    throw new StateError(`The file ${path}, which the URL of the state names, can't be read.`, {
      cause: error,
      hint: 'Check sslrootcert, sslcert and sslkey in the URL, and the rights of these files.',
    });
  }
}

async function inspectServer(pool: pg.Pool, { location }: Address): Promise<void> {
  const { rows } = await pool.query<Row>(
    "SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding",
  );
  const row = rows[0] ?? {};
  const version = Math.floor(number(row, 'version') / 10_000);
  if (version < oldestServer)
    throw new StateError(
      `The server of ${location} is PostgreSQL ${version}; Rolodesk needs ${oldestServer} or newer.`,
      {
        code: 'state-server',
        hint: 'Upgrade the server, or keep the state in a file.',
      },
    );
  const encoding = text(row, 'encoding');
  if (encoding !== 'UTF8')
    throw new StateError(`The database ${location} has the encoding ${encoding}; Rolodesk needs UTF8.`, {
      code: 'state-server',
      hint: "Create one: CREATE DATABASE rolodesk ENCODING 'UTF8' TEMPLATE template0.",
    });
}
