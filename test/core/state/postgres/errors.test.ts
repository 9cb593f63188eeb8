import { expect, test } from 'vitest';
import { databaseError } from '../../../../src/core/state/postgres/connection/errors.ts';

const location = 'postgres://db.example.com:5432/state';
const failed = (code: string, message = 'user "me" password secret-word') =>
  databaseError(Object.assign(new Error(message), { code }), location);

// Node's names of what a socket met, and PostgreSQL's codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
test.each([
  ['EPIPE', 4, 'network'],
  ['ENOTFOUND', 4, 'network'],
  ['57P01', 4, 'unavailable'],
  ['53300', 4, 'unavailable'],
  ['08006', 4, 'unavailable'],
  ['40P01', 4, 'unavailable'],
  ['55P03', 4, 'unavailable'],
  ['57014', 4, 'unavailable'],
  ['25006', 4, 'unavailable'],
  ['28P01', 3, 'state-login'],
  ['3D000', 3, 'state-login'],
  ['42501', 3, 'state-rights'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 3, 'state-tls'],
  ['RD001', 6, 'lease-lost'],
  ['53100', 6, 'state'],
  ['23505', 6, 'state'],
  ['42P01', 6, 'state'],
])('%s ends with exit code %i, %s, and says what to do without the server’s own words', (code, exitCode, name) => {
  const error = failed(code);
  expect(error).toMatchObject({ exitCode, code: name, hint: expect.any(String) });
  expect(`${String(error)} ${Object(error).hint} ${String(Object(error).cause)}`).not.toMatch(/secret-word|"me"/);
  expect(String(error)).toContain(location);
});

// The driver has no code for these.
test.each(['Query read timeout', 'Connection terminated due to connection timeout'])(
  '%s: the server does not answer',
  (message) => {
    expect(databaseError(new Error(message), location)).toMatchObject({
      exitCode: 4,
      code: 'network',
      message: `The state in ${location}: the server does not answer.`,
    });
  },
);

test('an error that is none of the database’s flies on as it is', () => {
  const bug = 'not an error';
  expect(databaseError(bug, location)).toBe(bug);
});
