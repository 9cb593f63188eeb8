import nock from 'nock';
import { expect, test } from 'vitest';
import { withoutNetwork } from '../../kit/no-network.ts';
import { createContext } from '../../kit/ports.ts';
import { createSink, zen } from '../../kit/zendesk.ts';

withoutNetwork();

const me = (user: object) => zen().get('/api/v2/users/me').reply(200, { user });
const bulk = (status = 400) => zen().post('/api/v2/users/create_many', { users: [] }).reply(status, { error: 'x' });
const fields = (...keys: string[]) =>
  zen()
    .get('/api/v2/user_fields')
    .query(true)
    .reply(200, { user_fields: keys.map((key) => ({ key, type: 'text', active: true })) });

const oauth = { type: 'oauth', clientId: 'rolodesk', clientSecret: 'hush' };

async function check(...given: Parameters<typeof createSink>) {
  const { lines, identity } = await createSink(...given).sink.check(createContext().context);
  return { identity, line: (title: string) => lines.find((found) => found.title === title) };
}

test.each([
  ['an anonymous user, as wrong tokens, wrong passwords and none get it', { name: 'Anonymous user' }],
  ['an anonymous user with keys that are null', { id: null, name: 'Anonymous user', role: null }],
  ['an end user', { id: 7, name: 'Jo', role: 'end-user' }],
  ['somebody without a role', { id: 7, name: 'Jo' }],
  ['somebody with a role but no number', { name: 'Jo', role: 'admin' }],
])('%s is refused, although the answer is a 200', async (_, user) => {
  me(user);
  await expect(check()).rejects.toMatchObject({ code: 'zendesk-anonymous', exitCode: 3 });
});

test('an admin has all that a run needs', async () => {
  me({ id: 7, name: 'Ada', role: 'admin' });
  fields();
  bulk();
  const { identity, line } = await check();
  expect(identity).toBe('Ada (Zendesk user 7, admin)');
  expect(line('rights')).toMatchObject({ ok: true });
  expect(line('bulk import')).toMatchObject({ ok: true });
  expect(line('user fields')).toMatchObject({ ok: true, detail: 'the mapping uses none' });
});

test('an agent works, and is warned of what it costs', async () => {
  me({ id: 7, name: 'Ada', role: 'agent' });
  fields();
  bulk();
  expect((await check()).line('rights')).toMatchObject({
    ok: 'warning',
    detail: expect.stringContaining('lists all users'),
  });
});

test('an API token works and is warned of its end', async () => {
  nock('https://acme.zendesk.com', {
    reqheaders: { authorization: `Basic ${Buffer.from('a@example.com/token:tok').toString('base64')}` },
  })
    .get('/api/v2/users/me')
    .reply(200, { user: { id: 7, role: 'admin' } });
  fields();
  bulk();
  const { line } = await check({ auth: { type: 'api_token', email: 'a@example.com', token: 'tok' } });
  expect(line('authentication')).toMatchObject({ ok: 'warning', detail: expect.stringContaining('2027-04-30') });
});

test('OAuth asks for broad scope, which the identities API demands, and uses what it was given', async () => {
  zen()
    .post('/oauth/tokens', {
      grant_type: 'client_credentials',
      client_id: 'rolodesk',
      client_secret: 'hush',
      scope: 'read write',
    })
    .reply(201, { access_token: 'access-1', token_type: 'bearer', scope: 'read write', expires_in: 1800 });
  nock('https://acme.zendesk.com', { reqheaders: { authorization: 'Bearer access-1' } })
    .get('/api/v2/users/me')
    .reply(200, { user: { id: 7, name: 'Ada', role: 'admin' } });
  fields();
  bulk();
  const { line } = await check({ auth: oauth });
  expect(line('authentication')).toEqual({ ok: true, title: 'authentication', detail: 'OAuth' });
});

test('an OAuth client that Zendesk refuses asks for a person', async () => {
  zen().post('/oauth/tokens').reply(401, { error: 'invalid_client', error_description: 'no' });
  const error = await check({ auth: oauth }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid-client', exitCode: 3 });
  expect(String(error)).not.toContain('hush');
});

test('bulk import that is off is a warning with what to ask Zendesk for', async () => {
  me({ id: 7, role: 'admin' });
  fields();
  bulk(403);
  expect((await check()).line('bulk import')).toMatchObject({
    ok: 'warning',
    detail: expect.stringContaining('Ask Zendesk support to enable users/create_many'),
  });
});

test('user fields that the mapping uses and Zendesk lacks are told by name', async () => {
  me({ id: 7, role: 'admin' });
  fields('member_level');
  bulk();
  const { line } = await check({ fields: ['name', 'user_fields.member_level', 'user_fields.since'] });
  expect(line('user fields')).toMatchObject({ ok: false, detail: expect.stringContaining('not in Zendesk: since.') });
});

test('a token that may not read the fields is warned that values are not checked', async () => {
  me({ id: 7, role: 'agent' });
  zen().get('/api/v2/user_fields').query(true).reply(403, { error: 'Forbidden' });
  bulk();
  const { line } = await check({ fields: ['name', 'user_fields.member_level'] });
  expect(line('user fields')).toMatchObject({ ok: 'warning', detail: expect.stringContaining('may not be read') });
});
