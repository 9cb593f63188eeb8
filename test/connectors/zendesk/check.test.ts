import nock from 'nock';
import { expect, test } from 'vitest';
import { createContext } from '../../kit/ports.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';
import { createSink, zen } from '../../kit/twins/zendesk.ts';

withoutNetwork();

const me = (user: object) => zen().get('/api/v2/users/me').reply(200, { user });
/** As recorded in the official spec, with what this account has otherwise. */
const settings = (user: object = {}, status = 200) =>
  zen()
    .get('/api/v2/account/settings')
    .reply(status, {
      settings: {
        user: { tagging: true, multiple_organizations: true, end_user_phone_number_validation: false, ...user },
      },
    });
const bulk = (status = 400) => zen().post('/api/v2/users/create_many', { users: [] }).reply(status, { error: 'x' });
const fields = (...keys: string[]) =>
  zen()
    .get('/api/v2/user_fields')
    .query(true)
    .reply(200, { user_fields: keys.map((key) => ({ key, type: 'text', active: true })) });

const organizationFields = () =>
  zen().get('/api/v2/organization_fields').query(true).reply(200, { organization_fields: [] });
const search = (status: number) =>
  zen().get('/api/v2/organizations/search').query(true).reply(status, { organizations: [] });

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
  settings();
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
  settings();
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
  settings();
  bulk();
  const { line } = await check({ auth: { type: 'api_token', email: 'a@example.com', token: 'tok' } });
  expect(line('authentication')).toMatchObject({ ok: 'warning', detail: expect.stringContaining('2027-04-30') });
});

test('OAuth asks for broad scope, which the identities API requires, and uses what it was given', async () => {
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
  settings();
  bulk();
  const { line } = await check({ auth: oauth });
  expect(line('authentication')).toEqual({ ok: true, title: 'authentication', detail: 'OAuth' });
});

test('an OAuth client that Zendesk refuses asks for a person', async () => {
  zen().post('/oauth/tokens').reply(401, { error: 'invalid_client', error_description: 'no' });
  const error = await check({ auth: oauth }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'invalid-client',
    exitCode: 3,
    message: expect.stringContaining('(invalid_client)'),
  });
  expect(String(error)).not.toContain('hush');
});

test('bulk import that is off is a warning with what to ask Zendesk for', async () => {
  me({ id: 7, role: 'admin' });
  fields();
  settings();
  bulk(403);
  expect((await check()).line('bulk import')).toMatchObject({
    ok: 'warning',
    detail: expect.stringContaining('Ask Zendesk support to enable users/create_many'),
  });
});

test('user fields that the mapping uses and Zendesk lacks are reported by name', async () => {
  me({ id: 7, role: 'admin' });
  fields('member_level');
  settings();
  bulk();
  const { line } = await check({ fields: ['name', 'user_fields.member_level', 'user_fields.since'] });
  expect(line('user fields')).toMatchObject({ ok: false, detail: expect.stringContaining('not in Zendesk: since.') });
});

test('a pattern that Rolodesk cannot evaluate is named: its values are not verified before writing', async () => {
  me({ id: 7, role: 'admin' });
  const code = { key: 'code', type: 'regexp', active: true, regexp_for_validation: String.raw`\A(a)?(?(1)b|c)\z` };
  zen()
    .get('/api/v2/user_fields')
    .query(true)
    .reply(200, { user_fields: [code] });
  settings();
  bulk();
  const { line } = await check({ fields: ['name', 'user_fields.code'] });
  expect(line('user fields')).toMatchObject({
    ok: 'warning',
    detail: expect.stringContaining('the pattern of code is not verified before writing'),
  });
});

test('a token that may not read the fields is warned that values are not checked', async () => {
  me({ id: 7, role: 'agent' });
  zen().get('/api/v2/user_fields').query(true).reply(403, { error: 'Forbidden' });
  settings();
  bulk();
  const { line } = await check({ fields: ['name', 'user_fields.member_level'] });
  expect(line('user fields')).toMatchObject({ ok: 'warning', detail: expect.stringContaining('may not be read') });
});

const admin = { id: 7, name: 'Ada', role: 'admin' };

async function checkSettings(user: object, ...given: Parameters<typeof createSink>) {
  me(admin);
  fields();
  settings(user);
  bulk();
  return await check(...given);
}

test('user tagging that is off fails check where inactive customers are marked by a tag', async () => {
  const off = { tagging: false };
  const { line } = await checkSettings(off, { policies: { inactive: 'tag' } });
  expect(line('user tagging')).toMatchObject({ ok: false, detail: expect.stringContaining('policies.inactive') });
});

test('user tagging that is off is a warning where only the mapping sets tags', async () => {
  const off = { tagging: false };
  const { line } = await checkSettings(off, { fields: ['name', 'tags'], policies: { inactive: 'suspend' } });
  expect(line('user tagging')).toMatchObject({ ok: 'warning', detail: expect.stringContaining('drops the tags') });
});

test('user tagging that is off is no matter where nobody tags', async () => {
  const { line } = await checkSettings({ tagging: false }, { fields: ['name'], policies: { inactive: 'ignore' } });
  expect(line('user tagging')).toBeUndefined();
});

test('one organization per user is reported before a run', async () => {
  const single = { multiple_organizations: false };
  organizationFields();
  const { line } = await checkSettings(single, { fields: ['name', 'organizations'] });
  expect(line('organizations')).toMatchObject({
    ok: 'warning',
    detail: expect.stringContaining('one organization only'),
  });
});

test('phone validation and welcome mails of the account are shown', async () => {
  const on = { end_user_phone_number_validation: true, agent_created_welcome_emails: true };
  const { line } = await checkSettings(on, { fields: ['name', 'phone'] });
  expect(line('phone numbers')).toMatchObject({ ok: true, detail: expect.stringContaining('E.164') });
  expect(line('mails')).toMatchObject({ ok: true, detail: expect.stringContaining('welcome mails') });
});

test.each([
  ['that may not be read', 403, {}],
  ['of an account that has none', 404, {}],
])('settings %s are unknown, and that is a warning', async (_, status, user) => {
  me({ ...admin, role: 'agent' });
  fields();
  settings(user, status);
  bulk();
  const { line } = await check({ fields: ['name', 'tags'] });
  expect(line('account settings')).toMatchObject({ ok: 'warning', detail: expect.stringContaining('unknown') });
});

test('a setting of another type counts as unknown', async () => {
  organizationFields();
  const { line } = await checkSettings(
    { tagging: 'yes', multiple_organizations: null },
    { fields: ['organizations', 'tags'] },
  );
  expect(line('user tagging')).toBeUndefined();
  expect(line('organizations')).toBeUndefined();
});

test.each([
  [200, true, 'may be searched'],
  [403, false, 'may not be searched'],
])('an agent who asks for organizations and gets %i knows before a run', async (status, ok, detail) => {
  me({ ...admin, role: 'agent' });
  fields();
  settings();
  search(status);
  organizationFields();
  bulk();
  const { line } = await check({ fields: ['name', 'organizations'] });
  expect(line('organizations')).toMatchObject({ ok, detail: expect.stringContaining(detail) });
});
