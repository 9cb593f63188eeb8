import { expect, test } from 'vitest';
import { noon } from '../../kit/ports.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';
import { address, createApi, job, signal, zen } from '../../kit/twins/zendesk.ts';

withoutNetwork();

const duplicate = {
  error: 'RecordInvalid',
  description: 'Record validation errors',
  details: {
    email: [{ description: 'Email: a@example.com is already being used by another user', error: 'DuplicateValue' }],
  },
};

test('users are listed by cursor, until there are no more', async () => {
  const { api } = createApi();
  zen()
    .get('/api/v2/users')
    .query({ 'page[size]': 100 })
    .reply(200, { users: [{ id: 1 }], meta: { has_more: true, after_cursor: 'xyz' }, links: {} })
    .get('/api/v2/users')
    .query({ 'page[size]': 100, 'page[after]': 'xyz' })
    .reply(200, { users: [{ id: 2 }], meta: { has_more: false, after_cursor: 'end' } });
  const first = await api.listUsers({}, signal);
  expect(first).toMatchObject({ users: [{ id: 1 }], after: 'xyz' });
  expect(await api.listUsers({ after: first.after }, signal)).toMatchObject({ users: [{ id: 2 }], after: undefined });
});

test('user fields are read to the last, also where there are more than a hundred', async () => {
  const { api } = createApi();
  const field = (key: string) => ({ key, type: 'text', title: key, active: true });
  zen()
    .get('/api/v2/user_fields')
    .query({ 'page[size]': 100 })
    .reply(200, { user_fields: [field('a')], meta: { has_more: true, after_cursor: 'xyz' }, links: {} })
    .get('/api/v2/user_fields')
    .query({ 'page[size]': 100, 'page[after]': 'xyz' })
    .reply(200, { user_fields: [field('b')], meta: { has_more: false, after_cursor: 'end' }, links: {} });
  expect((await api.userFields(signal)).map(({ key }) => key)).toEqual(['a', 'b']);
});

test('the export begins at a time and goes on from its cursor', async () => {
  const { api } = createApi();
  zen()
    .get('/api/v2/incremental/users/cursor')
    .query({ start_time: 1_700_000_000 })
    .reply(200, { users: [{ id: 1 }], after_cursor: 'abc', after_url: null, end_of_stream: false })
    .get('/api/v2/incremental/users/cursor')
    .query({ cursor: 'abc' })
    .reply(200, { users: [], after_cursor: 'abc', end_of_stream: true });
  expect(await api.exportUsers({ startTime: 1_700_000_000 }, signal)).toMatchObject({ cursor: 'abc', isEnd: false });
  expect(await api.exportUsers({ cursor: 'abc' }, signal)).toMatchObject({ users: [], isEnd: true });
});

test('show_many asks for a hundred at a time', async () => {
  const { api } = createApi();
  const asked: number[] = [];
  zen()
    .get('/api/v2/users/show_many')
    .query(({ ids }) => {
      asked.push(String(ids).split(',').length);
      return true;
    })
    .times(3)
    .reply(200, { users: [{ id: 5 }], next_page: null, previous_page: null, count: 1 });
  const ids = Array.from({ length: 250 }, (_, index) => String(index));
  expect(await api.showMany({ ids }, signal)).toHaveLength(3);
  expect([...new Set(asked)].sort()).toEqual([100, 50]);
  expect(await api.showMany({ ids: [] }, signal)).toEqual([]);
});

test('external ids and addresses are asked for by name', async () => {
  const { api } = createApi();
  zen()
    .get('/api/v2/users/show_many')
    .query({ external_ids: 'quickbooks:1:58,quickbooks:1:59' })
    .reply(200, { users: [] })
    .get('/api/v2/users/search')
    .query({ query: 'email:"o\'neil+x@example.com"' })
    .reply(200, { users: [{ id: 9, email: "o'neil+x@example.com" }], count: 1 });
  expect(await api.showMany({ externalIds: ['quickbooks:1:58', 'quickbooks:1:59'] }, signal)).toEqual([]);
  expect(await api.searchByEmail("o'neil+x@example.com", signal)).toMatchObject([{ id: 9 }]);
});

test('a bulk request that was taken is a job, whether or not it says of which kind', async () => {
  const { api } = createApi();
  zen()
    .post('/api/v2/users/create_many', { users: [{ name: 'A' }] })
    .reply(200, { job_status: job('V3-1') })
    .put('/api/v2/users/update_many', { users: [{ id: 7, name: 'B' }] })
    .reply(200, { job_status: job('V3-2', { job_type: 'Bulk Update User' }) })
    .delete('/api/v2/users/destroy_many')
    .query({ ids: '7,8' })
    .reply(200, { job_status: job('0123456789abcdef0123456789abcdef') });
  expect(await api.createMany([{ name: 'A' }], signal)).toEqual({ kind: 'job', jobId: 'V3-1' });
  expect(await api.updateMany([{ id: 7, name: 'B' }], signal)).toEqual({ kind: 'job', jobId: 'V3-2' });
  expect(await api.destroyMany(['7', '8'], signal)).toEqual({ kind: 'job', jobId: '0123456789abcdef0123456789abcdef' });
});

test.each([
  ['as JSON', { error: 'TooManyJobs', description: 'Too many jobs are currently queued or running. Try again later.' }],
  ['as text', 'Too many jobs are currently queued or running. Try again later.'],
])(
  'too many jobs, reported %s, is reported at once: nothing is waited for and the account is not paused',
  async (_, body) => {
    const { api, slept } = createApi();
    zen().post('/api/v2/users/create_many').reply(429, body);
    expect(await api.createMany([{ name: 'A' }], signal)).toEqual({ kind: 'too-many-jobs' });
    expect(slept).toEqual([]);
  },
);

test('a bulk request that meets the minute’s limit waits for it, as long as the headers say', async () => {
  const { api, slept } = createApi();
  zen()
    .post('/api/v2/users/create_many')
    .reply(429, { error: 'TooManyRequests' }, { 'retry-after': '27' })
    .post('/api/v2/users/create_many')
    .reply(429, 'Rate limit exceeded', { 'ratelimit-reset': '12' })
    .post('/api/v2/users/create_many')
    .reply(200, { job_status: job('V3-1') });
  expect(await api.createMany([{ name: 'A' }], signal)).toEqual({ kind: 'job', jobId: 'V3-1' });
  expect(slept).toEqual([27_000, 12_000]);
});

test('bulk import that is off is an answer, not an error', async () => {
  const { api } = createApi();
  zen().post('/api/v2/users/create_many').reply(403, { error: 'Forbidden' });
  expect(await api.createMany([{ name: 'A' }], signal)).toEqual({ kind: 'forbidden' });
});

test.each([
  [400, true],
  [422, true],
  [403, false],
])('asked with an empty list, a %i means that bulk import is allowed: %s', async (status, allowed) => {
  const { api } = createApi();
  zen().post('/api/v2/users/create_many', { users: [] }).reply(status, { error: 'x' });
  expect(await api.allowsBulk(signal)).toBe(allowed);
});

test('a bulk request whose reply was lost is not sent again, and is reported as such', async () => {
  const { api } = createApi();
  zen().post('/api/v2/users/create_many').reply(502, '<html>bad gateway</html>');
  await expect(api.createMany([{ name: 'A' }], signal)).rejects.toMatchObject({ effect: 'unknown', status: 502 });
});

test.each([
  [
    400,
    { error: { title: 'Invalid attribute', message: 'You passed an invalid value for the users.0.id attribute.' } },
    { error: 'Invalid attribute', details: 'You passed an invalid value for the users.0.id attribute.' },
  ],
  [
    400,
    { error: 'TooManyValues', description: 'Maximum 100 users may be created per call' },
    { error: 'TooManyValues', details: 'Maximum 100 users may be created per call' },
  ],
  [413, '<html>too large</html>', { error: 'http-413', details: '' }],
  [
    422,
    { error: 'RecordInvalid', details: { name: [{ description: 'Name: is too short' }] } },
    { error: 'RecordInvalid', details: '{"name":[{"description":"Name: is too short"}]}' },
  ],
] as const)(
  'a bulk request that is refused as a whole (%d) comes with Zendesk’s words',
  async (status, body, words) => {
    const { api } = createApi();
    zen().post('/api/v2/users/create_many').reply(status, body);
    expect(await api.createMany([{ name: 'A' }], signal)).toEqual({ kind: 'refused', ...words });
  },
);

test('one user is created, refused with Zendesk’s words, or lost', async () => {
  const { api } = createApi();
  zen()
    .post('/api/v2/users', { user: { name: 'A' } })
    .reply(201, { user: { id: 7, name: 'A' } })
    .post('/api/v2/users')
    .reply(422, duplicate)
    .post('/api/v2/users')
    .reply(504, '');
  expect(await api.createUser({ name: 'A' }, signal)).toMatchObject({ kind: 'user', user: { id: 7 } });
  expect(await api.createUser({ name: 'A' }, signal)).toEqual({
    kind: 'refused',
    error: 'RecordInvalid',
    details: JSON.stringify(duplicate.details),
  });
  expect(await api.createUser({ name: 'A' }, signal)).toMatchObject({ kind: 'lost', error: { status: 504 } });
});

test('one user is updated through a 500 and a 409; a missing one is reported', async () => {
  const { api, slept } = createApi();
  zen()
    .put('/api/v2/users/7', { user: { name: 'B' } })
    .reply(500, '')
    .put('/api/v2/users/7')
    .reply(409, { error: 'Conflict' })
    .put('/api/v2/users/7')
    .reply(200, { user: { id: 7, name: 'B' } })
    .put('/api/v2/users/8')
    .reply(404, { error: 'RecordNotFound', description: 'Not found' })
    .put('/api/v2/users/9')
    .reply(413, '');
  expect(await api.updateUser('7', { name: 'B' }, signal)).toMatchObject({ kind: 'user' });
  expect(slept).toEqual([500, 1000]);
  expect(await api.updateUser('8', {}, signal)).toEqual({ kind: 'missing' });
  expect(await api.updateUser('9', {}, signal)).toMatchObject({ kind: 'refused', error: 'http-413' });
});

test('an address is added without a mail; a refusal and a lost reply both leave it to the user’s identities', async () => {
  const { api } = createApi();
  const body = { identity: { type: 'email', value: 'a@example.com', skip_verify_email: true } };
  zen()
    .post('/api/v2/users/7/identities', body)
    .reply(201, { identity: address(3, 'a@example.com') })
    .post('/api/v2/users/7/identities')
    .reply(422, { error: 'RecordInvalid', details: { value: [{ error: 'DuplicateValue' }] } })
    .post('/api/v2/users/7/identities')
    .reply(503, '');
  const add = () => api.addIdentity('7', { type: 'email', value: 'a@example.com', skipVerifyEmail: true }, signal);
  expect(await add()).toMatchObject({ kind: 'added', identity: { id: 3 } });
  expect(await add()).toMatchObject({ kind: 'refused' });
  expect(await add()).toMatchObject({ kind: 'lost', error: { status: 503 } });
});

test('making primary returns all addresses; deleting one that is gone is as good as done, a refusal is not', async () => {
  const { api } = createApi();
  zen()
    .put('/api/v2/users/7/identities/3/make_primary')
    .reply(200, { identities: [address(3, 'a@example.com', true), address(2, 'b@example.com')] })
    .delete('/api/v2/users/7/identities/2')
    .reply(204)
    .delete('/api/v2/users/7/identities/2')
    .reply(404, { error: 'RecordNotFound' })
    .get('/api/v2/users/7/identities')
    .reply(200, { identities: [address(3, 'a@example.com', true)] })
    .delete('/api/v2/users/7/identities/3')
    .reply(422, { error: 'RecordInvalid' });
  expect(await api.makePrimary('7', 3, signal)).toHaveLength(2);
  expect(await api.deleteIdentity('7', 2, signal)).toBe(true);
  expect(await api.deleteIdentity('7', 2, signal)).toBe(true);
  expect(await api.deleteIdentity('7', 3, signal)).toBe(false);
});

test('jobs are asked for together and as a list', async () => {
  const { api } = createApi();
  zen()
    .get('/api/v2/job_statuses/show_many')
    .query({ ids: 'V3-1,V3-2' })
    .reply(200, { job_statuses: [job('V3-1', { status: 'completed', results: { success: true } })] })
    .get('/api/v2/job_statuses')
    .query({ 'page[size]': 100 })
    .reply(200, { job_statuses: [job('V3-1')], meta: { has_more: false } });
  expect(await api.jobStatuses(['V3-1', 'V3-2'], signal)).toMatchObject([{ id: 'V3-1', results: { success: true } }]);
  expect(await api.listJobs(signal)).toHaveLength(1);
});

test('tickets of a user are counted in every role', async () => {
  const { api } = createApi();
  zen()
    .get('/api/v2/users/7/related')
    .reply(200, { user_related: { requested_tickets: 2, assigned_tickets: 0, ccd_tickets: 3 } })
    .get('/api/v2/users/8/related')
    .reply(200, { user_related: { requested_tickets: null } });
  expect(await api.countTickets('7', signal)).toBe(5);
  expect(await api.countTickets('8', signal)).toBe(0);
});

test('Zendesk’s time is that of its last reply', async () => {
  const { api, clock } = createApi();
  expect(api.serverNow()).toBe(clock.now());
  zen()
    .get('/api/v2/users/me')
    .reply(200, { user: { id: 1 } }, { date: 'Mon, 23 Nov 2026 12:07:00 GMT' });
  await api.me(signal);
  expect(api.serverNow()).toBe(noon + 7 * 60_000);
});

test('what Zendesk ignored of a request is reported', async () => {
  const { api, warnings } = createApi();
  const warn = '{:allowed_parameters=>{:unpermitted_keys=>["organizations"], :invalid_values=>[]}}';
  zen()
    .put('/api/v2/users/7')
    .reply(200, { user: { id: 7 } }, { 'x-zendesk-api-warn': warn });
  await api.updateUser('7', { name: 'A' }, signal);
  expect(warnings).toEqual([warn]);
});

test('a reply of another shape is reported by endpoint and field, never by its values', async () => {
  const { api } = createApi();
  zen()
    .get('/api/v2/users/search')
    .query(true)
    .reply(200, { users: [{ id: 'jo@example.com', name: 'Jo' }, { id: 'bo@example.com' }] });
  const error = await api.searchByEmail('jo@example.com', signal).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'zendesk-shape', exitCode: 5, message: expect.stringContaining('users.0.id') });
  expect(String(error)).not.toMatch(/jo/i);
  zen().get('/api/v2/users/me').reply(200, 'welcome');
  await expect(api.me(signal)).rejects.toMatchObject({ code: 'zendesk-shape' });
});

test('a subdomain that nobody has answers 404 with nothing, which is reported as such', async () => {
  const { api } = createApi();
  zen().get('/api/v2/users/me').reply(404, '');
  await expect(api.me(signal)).rejects.toMatchObject({ code: 'zendesk-subdomain', exitCode: 3 });
});

test('a refusal whose error is an object is reported by its title and message, as recorded', async () => {
  const { api } = createApi();
  const error = {
    title: 'Invalid attribute',
    message: 'You passed an invalid value for the user.organization_id attribute.',
  };
  zen().post('/api/v2/users').reply(422, { error }).post('/api/v2/organizations').reply(422, { error });
  expect(await api.createUser({ name: 'Jo' }, signal)).toEqual({
    kind: 'refused',
    error: 'Invalid attribute',
    details: 'You passed an invalid value for the user.organization_id attribute.',
  });
  expect(await api.createOrganization({ name: 'Acme' }, signal)).toMatchObject({
    kind: 'refused',
    details: expect.stringContaining('organization_id attribute'),
  });
});

test('a conflict over one user that lasts through every repeat is that user’s refusal', async () => {
  const { api, slept } = createApi();
  zen().put('/api/v2/users/7').times(9).reply(409, { error: 'Conflict' });
  expect(await api.updateUser('7', { name: 'Jo' }, signal)).toMatchObject({ kind: 'refused', error: 'Conflict' });
  expect(slept).toHaveLength(8);
});
