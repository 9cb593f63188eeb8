import { afterAll, describe, test } from 'vitest';
import { sql } from '../../../src/connectors/sql/index.ts';
import { testSource } from '../../../src/testing/index.ts';
import { startServer } from '../../kit/postgres-server.ts';
import { columns, createPostgresTwin, createSqliteTwin, rowsPerPage } from './sql-twin.ts';

const example = new URL('../../../src/connectors/sql/example.yaml', import.meta.url);
const server = await startServer();
afterAll(async () => {
  if (server.kind === 'running') await server.close();
});

/** Not HTTP: what a server of PostgreSQL does wrong is tried in postgres.test.ts. */
const skip = {
  'refreshes an expired token once': 'databases have passwords, which do not expire in mid-run',
  'keeps an odd field to its record': 'any value may stand in any column but the key',
  'survives each fault': 'nothing speaks HTTP; a connection that is lost ends the run, and the next goes on',
  'ends the run where waiting does not help': 'nothing speaks HTTP',
};

describe('SQLite', () => {
  testSource({
    test,
    connector: sql,
    twin: createSqliteTwin,
    folder: ({ folder }) => folder,
    skip,
    config: () => ({
      file: 'crm.db',
      query: `SELECT ${columns} FROM customers;`,
      incremental: 'updated_at',
      updatedAt: 'updated_at',
      pageSize: rowsPerPage,
    }),
  });
});

describe('SQLite, with :since in the query', () => {
  testSource({
    test,
    connector: sql,
    twin: createSqliteTwin,
    folder: ({ folder }) => folder,
    skip,
    config: () => ({
      file: 'crm.db',
      query: `SELECT ${columns} FROM customers WHERE updated_at >= :since`,
      incremental: 'updated_at',
      pageSize: rowsPerPage,
    }),
  });
});

describe.skipIf(server.kind === 'none')(server.kind === 'none' ? `PostgreSQL: ${server.why}` : 'PostgreSQL', () => {
  testSource({
    test,
    connector: sql,
    example,
    twin: (world) => createPostgresTwin(world, server),
    skip,
    config: ({ table }) => ({
      url: server.kind === 'running' ? server.url() : '',
      password: 'a-database-secret',
      query: `SELECT ${columns} FROM ${table}`,
      incremental: 'updated_at',
      updatedAt: 'updated_at',
      pageSize: rowsPerPage,
    }),
  });
});
