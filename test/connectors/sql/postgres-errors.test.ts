import { expect, test } from 'vitest';
import { postgresError } from '../../../src/connectors/sql/postgres-errors.ts';

const failed = (code: string) => postgresError(Object.assign(new Error('…'), { code }), 'PostgreSQL at db');

// Node's names of what a socket met, and PostgreSQL's codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
test.each([
  ['EPIPE', 4, 'network'],
  ['ECONNRESET', 4, 'network'],
  ['57P01', 4, 'unavailable'],
  ['53300', 4, 'unavailable'],
  ['28P01', 3, 'sql-login'],
  ['42501', 3, 'sql-rights'],
  ['42P01', 2, 'sql-query'],
  ['22P02', 5, 'sql-data'],
])('%s ends with exit code %i, %s', (code, exitCode, name) => {
  expect(failed(code)).toMatchObject({ exitCode, code: name });
});

test('a connection that the server has closed under us says so', () => {
  expect(failed('EPIPE')).toMatchObject({ message: expect.stringContaining('closed by the server (EPIPE)') });
});
