import { expect, test } from 'vitest';
import { addressOf, addressProblem, isPostgresUrl } from '../../../../src/core/state/postgres/connection/address.ts';

test('a URL names server, database and user, with letters escaped', () => {
  expect(addressOf('postgres://me:p%40ss%23@db.example.com:6432/state?pool_max=4&statement_timeout=500')).toMatchObject(
    {
      host: 'db.example.com',
      port: 6432,
      user: 'me',
      password: 'p@ss#',
      database: 'state',
      poolMax: 4,
      statementTimeoutMs: 500,
      location: 'postgres://db.example.com:6432/state',
    },
  );
  expect(addressOf('postgresql://[::1]/state')).toMatchObject({
    host: '::1',
    port: 5432,
    location: 'postgres://[::1]:5432/state',
  });
});

// https://www.postgresql.org/docs/current/libpq-ssl.html, table "SSL Mode Descriptions"
test.each([
  ['disable', 'off'],
  ['allow', 'if-offered'],
  ['prefer', 'if-offered'],
  ['require', 'any-server'],
  ['verify-ca', 'known-authority'],
  ['verify-full', 'known-server'],
])('sslmode=%s', (mode, encryption) => {
  expect(addressOf(`postgres://db.example.com/state?sslmode=${mode}`)).toMatchObject({ encryption });
});

test('without sslmode another machine must prove who it is, and this one need not', () => {
  expect(addressOf('postgres://db.example.com/state').encryption).toBe('known-server');
  expect(addressOf('postgres://127.0.0.1/state').encryption).toBe('off');
  expect(addressOf('postgres:///state?host=/run/postgresql')).toMatchObject({
    host: '/run/postgresql',
    encryption: 'off',
  });
});

// As libpq has it: "if a root CA file exists, the behavior of sslmode=require will be the same as that of verify-ca".
test('an authority that is named is asked for', () => {
  expect(addressOf('postgres://db/state?sslmode=require&sslrootcert=ca.pem')).toMatchObject({
    encryption: 'known-authority',
    rootCertificate: 'ca.pem',
  });
});

test.each([
  ['postgres:/x', /expected postgres:\/\//],
  ['postgres://me:a#b@host/state', /written %40/],
  ['postgres://me:a%zz@host/state', /written %40/],
  ['postgres://me:secret@host', /name of a database/],
  ['postgres://me:secret@host/state?sslmode=never', /sslmode to be one of/],
  ['postgres://me:secret@host/state?pool_max=none', /pool_max to be a whole number/],
  ['postgres://me:secret@host/state?pool=3', /parameter pool is not known/],
])('%s is refused with what was expected, and nothing of the password is said', (url, problem) => {
  expect(addressProblem(url)).toMatch(problem);
  expect(addressProblem(url)).not.toMatch(/secret|a#b|a%zz/);
});

test('a state is a database where it begins so, also with a mistake in the rest', () => {
  expect(['postgres://host/state', 'postgresql:/x', './state.db', 'postgres.db'].map(isPostgresUrl)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(addressProblem('postgresql://me@host:5433/state?sslmode=verify-full&sslrootcert=ca.pem')).toBeUndefined();
});
