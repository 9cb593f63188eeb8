import type pg from 'pg';
import { StateError } from '../../../domain/errors.ts';
import { number, type Row, text } from '../../rows.ts';
import type { Address } from './address.ts';
import { createClients } from './clients.ts';
import { databaseError } from './errors.ts';
import { postgresFailure } from './failure.ts';
import { createPool, encryptions, type Pool, spareMs } from './pool.ts';
import { fromStored, type Parameter, toStored } from './values.ts';

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
  /** In one round trip, in this order, all of them or none. `replyMs`: how long an answer is waited for, if not as long as a statement may take. */
  write(statements: readonly Statement[], options?: { readonly replyMs?: number }): Promise<Row[][]>;
  /**
   * For what must not wait behind anything else, such as a heartbeat: on a connection that is kept for it. Fails when there
   * is no answer after `replyMs`.
   */
  promptly(statement: Statement, options: { readonly replyMs: number }): Promise<Row[]>;
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
/** Connections for transactions over several round trips: while these wait for each other, the pool's are free. */
const apartMax = 6;

/** Connects, and looks at the server once. Throws what `databaseError` makes of a failure, or StateError for an old server. */
export async function connectDatabase(address: Address): Promise<Database> {
  const { location } = address;
  const main = await openPool(address);
  const { pool } = main;
  const apart = createPool({ ...address, poolMax: apartMax }, pool.options.ssl);
  const prompt = createPool({ ...address, poolMax: 1 }, pool.options.ssl);
  const begin = beginning({ statementMs: address.statementTimeoutMs, lockMs, idleMs });

  const { connect, ask, onClient } = createClients([main, apart, prompt], address);

  return {
    location,
    pool,
    read: (statements) => onClient(main, (client) => send(client, statements)),
    write: (statements, { replyMs } = {}) =>
      onClient(main, async (client) => {
        const answers = await send(client, [{ text: begin }, ...statements, { text: 'COMMIT' }], replyMs);
        return answers.slice(1, -1);
      }),
    promptly: (statement, { replyMs }) =>
      onClient(prompt, async (client) => (await send(client, [statement], replyMs))[0] ?? []),
    async transaction(work, given = {}) {
      const limits = { statementMs: address.statementTimeoutMs, lockMs, idleMs, ...given };
      const client = await connect(apart);
      let isWhole = false;
      try {
        // The time that a statement waits for a lock is part of its own.
        const replyMs = limits.statementMs + spareMs;
        const run: RunStatement = async (statement) => {
          try {
            return (await ask(client, (one) => send(one, [statement], replyMs)))[0] ?? [];
          } catch (error) {
            // Here and not around it all: what `work` throws by itself flies on as it is.
            throw databaseError(error, location);
          }
        };
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
      await Promise.all([pool.end(), apart.pool.end(), prompt.pool.end()]);
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

async function openPool(address: Address): Promise<Pool> {
  const [first, ...others] = encryptions(address);
  let made = createPool(address, first);
  try {
    try {
      await inspectServer(made.pool, address);
    } catch (error) {
      const [plain] = others;
      if (plain === undefined || !(error instanceof Error) || postgresFailure(error).kind !== 'no-encryption')
        throw error;
      await made.pool.end();
      made = createPool(address, plain);
      await inspectServer(made.pool, address);
    }
    return made;
  } catch (error) {
    await made.pool.end();
    throw databaseError(error, address.location);
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
