import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { StateError } from '../../../domain/errors.ts';
import type { Address } from './address.ts';
import { columnTypes } from './values.ts';

export interface Pool {
  readonly pool: pg.Pool;
  /**
   * Drops the connections that nobody uses: when the server does not answer on one, it is of no use to wait on each of the
   * others as long again. What is asked next makes a new one, which takes as long as `connect_timeout` at most.
   */
  dropIdle(): void;
}

/** A connection whose server does not answer at all is given up so much later than the server itself would give up. */
export const spareMs = 5_000;
const idleConnectionMs = 30_000;

export function createPool(address: Address, ssl: boolean | ConnectionOptions | undefined): Pool {
  const { host, port, user, password, database, poolMax, applicationName, statementTimeoutMs, connectTimeoutMs } =
    address;
  const idle = new Set<pg.PoolClient>();
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
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    const { stream } = client.connection;
    // Whoever has said goodbye does not wait for the server's: over a network that went silent it never comes, and an open
    // socket keeps the process.
    stream.once('finish', () => stream.destroy());
  });
  pool.on('acquire', (client) => idle.delete(client));
  pool.on('release', (_, client) => idle.add(client));
  pool.on('remove', (client) => idle.delete(client));
  return {
    pool,
    dropIdle() {
      for (const client of idle) client.connection.stream.destroy();
      idle.clear();
    },
  };
}

/** What to try, one after the other. The driver's own reading of `sslmode` is stricter than libpq's in some modes, and ends some. */
export function encryptions(
  address: Address,
): readonly [boolean | ConnectionOptions, ...(boolean | ConnectionOptions)[]] {
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
