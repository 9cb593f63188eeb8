import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/app/settings.ts';
import { isSameState, secretsOfState, stateLocationOf, stateProblem } from '../../src/app/state/location.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { ownFolder } from '../kit/folder.ts';

const file = (state: string): string => `source: { connector: json, path: customers.json }
destination: { connector: zendesk, subdomain: acme, auth: { type: bearer, token: a-zendesk-token } }
mapping: { name: name }
${state}`;

async function read(text: string, env: Readonly<Record<string, string>> = {}) {
  const cwd = ownFolder();
  writeFileSync(join(cwd, 'rolodesk.yaml'), text);
  const redactor = createRedactor([]);
  const { state } = await readSettings({ asked: undefined, host: { env, cwd, redactor } });
  return { state, redactor, cwd };
}

test('the configuration names a file next to it, or a database, whose address is shown without user and password', async () => {
  const { state, cwd } = await read(file('state: kept/state.db'));
  expect(state).toEqual({ kind: 'sqlite', path: join(cwd, 'kept/state.db'), location: join(cwd, 'kept/state.db') });
  const url = 'postgresql://bob:p%40ss-word@db.example.com/rolodesk?sslmode=require';
  expect((await read(file(`state: ${url}`))).state).toEqual({
    kind: 'postgres',
    url,
    location: 'postgres://db.example.com:5432/rolodesk',
  });
});

test('without state: it is what ROLODESK_STATE says, or the file that ROLODESK_STATE_FILE names says, else a file of its own', async () => {
  const url = 'postgres://db.example.com:6432/rolodesk';
  expect((await read(file(''), { ROLODESK_STATE: url })).state).toMatchObject({ kind: 'postgres', url });
  const secret = join(ownFolder(), 'state');
  writeFileSync(secret, `${url}\n`);
  expect((await read(file(''), { ROLODESK_STATE_FILE: secret })).state).toMatchObject({ kind: 'postgres', url });
  const own = await read(file(''), { ROLODESK_STATE: '' });
  expect(own.state).toMatchObject({ kind: 'sqlite', path: join(own.cwd, '.rolodesk/state.db') });
  const both = await read(file('state: here.db'), { ROLODESK_STATE: url });
  expect(both.state).toMatchObject({ kind: 'sqlite', path: join(both.cwd, 'here.db') });
});

test('the password is a secret in every spelling, wherever it comes from', async () => {
  const url = 'postgres://bob:p%40ss-word@db.example.com/rolodesk';
  for (const { redactor } of [
    await read(file('state: ${DATABASE}'), { DATABASE: url }),
    await read(file(''), { ROLODESK_STATE: url }),
  ])
    for (const text of [url, 'p@ss-word', 'p%40ss-word'])
      expect(redactor.redact(`so: ${text}`)).not.toContain('ss-word');
  expect(secretsOfState('.rolodesk/state.db')).toEqual([]);
});

test.each([
  { state: 'postgres:/db.example.com/rolodesk', says: 'expected postgres://' },
  { state: 'postgres:db', says: 'expected postgres://' },
  { state: 'mysql://root:hidden@db/rolodesk', says: 'no state in mysql' },
  { state: 'https://example.com/state.db', says: 'no state in https' },
  { state: 'postgres://bob:hid#den@db.example.com/rolodesk', says: 'written %40 %23' },
  { state: 'postgres://bob:1#hidden@db.example.com/rolodesk', says: 'written %40 %23' },
  { state: 'postgres://bob:1/hidden@db.example.com/rolodesk', says: 'written %40 %23' },
  { state: 'postgres://bob:hidden%zz@db.example.com/rolodesk', says: 'written %40 %23' },
  { state: 'postgres://bob:hidden@db.example.com', says: 'name of a database' },
  { state: 'postgres://bob:hidden@db.example.com/rolodesk?sslmod=require', says: 'sslmod' },
])('$state is refused with its place, and without what may be its password', async ({ state, says }) => {
  const problem = stateProblem(state);
  expect(problem).toContain(says);
  expect(problem).not.toMatch(/hid|den@/);
  await expect(read(file(`state: "${state}"`))).rejects.toMatchObject({
    code: 'config-invalid',
    exitCode: 2,
    message: expect.stringMatching(/rolodesk\.yaml:4:8 state: /),
  });
  await expect(read(file(''), { ROLODESK_STATE: state })).rejects.toMatchObject({
    code: 'state-location',
    exitCode: 2,
    message: expect.not.stringContaining('hid'),
  });
});

test.each([
  'state.db',
  './a b/state.db',
  '/var/lib/rolodesk/state.db',
  'C:\\state\\state.db',
  'postgres',
  'postgres.db',
])('%s is a path', (state) => {
  expect(stateProblem(state)).toBeUndefined();
  expect(stateLocationOf(state, '/').kind).toBe('sqlite');
});

test('one database is one state, whoever signs in', () => {
  const of = (url: string) => stateLocationOf(url, '/');
  expect(isSameState(of('postgres://a:b@db/x'), of('postgresql://c@db:5432/x?sslmode=disable'))).toBe(true);
  expect(isSameState(of('postgres://a:b@db/x'), of('postgres://a:b@db/y'))).toBe(false);
});
