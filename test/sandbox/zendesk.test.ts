import { expect, test } from 'vitest';
import { defined } from '../../src/core/defined.ts';
import { startTwins } from '../kit/twins/twins.ts';

/** The Zendesk twin against what was recorded and documented. Shapes are written down here by hand. */

/** Every key of a user that was recorded, 2021. */
const userKeys = [
  'active',
  'alias',
  'created_at',
  'custom_role_id',
  'default_group_id',
  'details',
  'email',
  'external_id',
  'iana_time_zone',
  'id',
  'last_login_at',
  'locale',
  'locale_id',
  'moderator',
  'name',
  'notes',
  'only_private_comments',
  'organization_id',
  'phone',
  'photo',
  'report_csv',
  'restricted_agent',
  'role',
  'role_type',
  'shared',
  'shared_agent',
  'shared_phone_number',
  'signature',
  'suspended',
  'tags',
  'ticket_restriction',
  'time_zone',
  'two_factor_auth_enabled',
  'updated_at',
  'url',
  'user_fields',
  'verified',
];

const jobKeys = ['id', 'job_type', 'message', 'progress', 'results', 'status', 'total', 'url'];
const jo = { name: 'Jo', email: 'Jo@Example.com', external_id: 'QB:1', skip_verify_email: true };

test('wrong credentials are answered 200 with an anonymous user, and 401 everywhere else', async () => {
  const { zendesk } = await startTwins();
  const me = await zendesk('/api/v2/users/me.json', { token: 'wrong' });
  expect(me.status).toBe(200);
  expect(me.body.user.name).toBe('Anonymous user');
  expect(typeof me.body.user.id).not.toBe('number');
  expect(await zendesk('/api/v2/users', { token: 'wrong' })).toMatchObject({
    status: 401,
    body: { error: "Couldn't authenticate you" },
  });
});

test('a user has every key that was recorded, wherever it is shown, with or without .json', async () => {
  const { zendesk } = await startTwins();
  const { status, body } = await zendesk('/api/v2/users.json', { method: 'POST', body: { user: jo } });
  expect(status).toBe(201);
  const { id } = body.user;
  const shown = [
    body.user,
    (await zendesk(`/api/v2/users/${id}`)).body.user,
    (await zendesk(`/api/v2/users/show_many.json?ids=${id}`)).body.users[0],
    (await zendesk('/api/v2/users/search?external_id=qb:1')).body.users[0],
    (await zendesk('/api/v2/users?page[size]=1')).body.users[0],
    (await zendesk(`/api/v2/users/${id}`, { method: 'PUT', body: { user: { notes: 'n' } } })).body.user,
    (await zendesk('/api/v2/users/me')).body.user,
  ];
  for (const user of shown) expect(Object.keys(user).sort()).toEqual(userKeys);
  expect(body.user).toMatchObject({
    url: expect.stringMatching(new RegExp(`^http://.*/api/v2/users/${id}\\.json$`)),
    email: 'jo@example.com',
    external_id: 'QB:1',
    role: 'end-user',
    active: true,
    verified: false,
    // An account's fields are all there, empty or not.
    user_fields: { member_level: null, since: null, balance: null },
  });
});

test('a new email by update stays secondary, and the answer shows the old one', async () => {
  const { box, zendesk } = await startTwins();
  const { id } = box.zendesk.users.create(jo);
  const changed = await zendesk(`/api/v2/users/${id}`, { method: 'PUT', body: { user: { email: 'new@example.com' } } });
  expect(changed).toMatchObject({ status: 200, body: { user: { email: 'jo@example.com' } } });
  const { body } = await zendesk(`/api/v2/users/${id}/identities.json`);
  expect(Object.keys(body).sort()).toEqual(['count', 'identities', 'next_page', 'previous_page']);
  expect(Object.keys(body.identities[0]).sort()).toEqual([
    'created_at',
    'deliverable_state',
    'id',
    'primary',
    'type',
    'undeliverable_count',
    'updated_at',
    'url',
    'user_id',
    'value',
    'verified',
  ]);
  expect(body.identities).toMatchObject([
    { value: 'jo@example.com', primary: true, user_id: id },
    { value: 'new@example.com', primary: false, user_id: id },
  ]);
  const second = body.identities[1].id;
  const made = await zendesk(`/api/v2/users/${id}/identities/${second}/make_primary`, { method: 'PUT' });
  expect(made).toMatchObject({ status: 200, body: { count: 2, identities: [{ primary: false }, { primary: true }] } });
  expect((await zendesk(`/api/v2/users/${id}`)).body.user.email).toBe('new@example.com');
  const removed = await zendesk(`/api/v2/users/${id}/identities/${body.identities[0].id}`, { method: 'DELETE' });
  expect(removed.status).toBe(204);
});

test('addresses and external ids are unique whatever their case, secondary addresses too', async () => {
  const { box, zendesk } = await startTwins();
  const first = box.zendesk.users.create(jo);
  box.zendesk.users.addIdentity(first, 'second@example.com', true);
  const create = (user: object) => zendesk('/api/v2/users', { method: 'POST', body: { user: { name: 'X', ...user } } });
  expect((await create({ email: 'JO@EXAMPLE.COM' })).body).toEqual({
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: {
      email: [{ description: 'Email: JO@EXAMPLE.COM is already being used by another user', error: 'DuplicateValue' }],
    },
  });
  expect(await create({ email: 'Second@Example.com' })).toMatchObject({ status: 422 });
  expect(await create({ external_id: 'qb:1' })).toMatchObject({
    status: 422,
    body: { details: { external_id: [{ description: 'External has already been taken' }] } },
  });
  const other = box.zendesk.users.create({ name: 'Other', skip_verify_email: true });
  const identity = { type: 'email', value: 'SECOND@example.com' };
  expect(await zendesk(`/api/v2/users/${other.id}/identities`, { method: 'POST', body: { identity } })).toMatchObject({
    status: 422,
  });
  expect(
    await zendesk(`/api/v2/users/${other.id}`, { method: 'PUT', body: { user: { external_id: 'QB:1' } } }),
  ).toMatchObject({ status: 422 });
  expect(await create({ email: 'badmail' })).toMatchObject({
    status: 422,
    body: { details: { email: [{ description: 'Email: badmail is not properly formatted' }] } },
  });
  expect(await create({ name: '' })).toMatchObject({
    status: 422,
    body: { details: { name: [{ description: 'Name: is too short (minimum is 1 characters)' }] } },
  });
  expect((await zendesk('/api/v2/users/show_many?external_ids=qB:1')).body.users).toMatchObject([{ id: first.id }]);
});

test('deletion is soft: 200 with the user, inactive and without address and external id, which are free again', async () => {
  const { box, zendesk } = await startTwins();
  const { id } = box.zendesk.users.create(jo);
  const { status, body } = await zendesk(`/api/v2/users/${id}`, { method: 'DELETE' });
  expect(status).toBe(200);
  expect(body.user).toMatchObject({ id, active: false, email: null, external_id: null, name: 'Jo' });
  expect((await zendesk(`/api/v2/users/show_many?ids=${id}`)).body).toMatchObject({ users: [], count: 0 });
  expect((await zendesk(`/api/v2/users/show_many?ids=${id}&include_deleted=true`)).body.users).toHaveLength(1);
  expect((await zendesk('/api/v2/users')).body.users).toEqual([]);
  const again = await zendesk('/api/v2/users', { method: 'POST', body: { user: jo } });
  expect(again.status).toBe(201);
  expect(again.body.user.id).not.toBe(id);
});

test('keys that Zendesk does not know are dropped with a word in a header', async () => {
  const { zendesk } = await startTwins();
  const body = { user: { ...jo, organizations: [], nickname: 'J' } };
  const { status, headers, body: reply } = await zendesk('/api/v2/users', { method: 'POST', body });
  expect(status).toBe(201);
  expect(headers['x-zendesk-api-warn']).toBe(
    '{:allowed_parameters=>{:unpermitted_keys=>["organizations", "nickname"], :invalid_values=>[]}}',
  );
  expect(reply.user).not.toHaveProperty('nickname');
});

test('a job is queued, works and is completed: 200 each time, and results only at the end', async () => {
  const { zendesk, pass } = await startTwins({ jobLatencyMs: 10_000 });
  const users = [
    { name: 'A', external_id: '1' },
    { name: 'B', external_id: '2' },
  ];
  const queued = await zendesk('/api/v2/users/create_many.json', { method: 'POST', body: { users } });
  expect(queued.status).toBe(200);
  expect(Object.keys(queued.body.job_status).sort()).toEqual(jobKeys);
  const { id } = queued.body.job_status;
  expect(id).toMatch(/^V3-[0-9a-f]{32}$/);
  expect(queued.body.job_status).toMatchObject({
    url: expect.stringMatching(new RegExp(`^http://.*/api/v2/job_statuses/${id}\\.json$`)),
    total: 2,
    progress: null,
    status: 'queued',
    message: null,
    results: null,
  });
  pass(6_000);
  expect((await zendesk(`/api/v2/job_statuses/${id}.json`)).body.job_status).toMatchObject({
    status: 'working',
    progress: 1,
    message: expect.stringMatching(/#1$/),
    results: null,
  });
  pass(4_000);
  const ended = (await zendesk(`/api/v2/job_statuses/show_many?ids=${id},V3-unknown`)).body.job_statuses;
  expect(ended).toHaveLength(1);
  expect(ended[0]).toMatchObject({
    status: 'completed',
    progress: 2,
    message: 'Completed at 2026-11-23 12:00:10 +0000',
    // No index, against the documents (recorded).
    results: [
      { status: 'Created', id: expect.any(Number) },
      { status: 'Created', id: expect.any(Number) },
    ],
  });
  expect(Object.keys(ended[0].results[0]).sort()).toEqual(['id', 'status']);
});

test('a job is gone an hour after it was queued, and unknown ids are 404', async () => {
  const { zendesk, pass } = await startTwins();
  const { body } = await zendesk('/api/v2/users/create_many', { method: 'POST', body: { users: [{ name: 'A' }] } });
  pass(3_600_001);
  for (const id of [body.job_status.id, 'V3-0'])
    expect(await zendesk(`/api/v2/job_statuses/${id}`)).toMatchObject({
      status: 404,
      body: { error: 'RecordNotFound', description: 'Not found' },
    });
});

test('rows fail one by one in a job that is completed all the same; the id of a failed row is its index', async () => {
  const { box, zendesk, pass } = await startTwins();
  const known = box.zendesk.users.create(jo);
  const run = async (path: string, method: string, body?: object) => {
    const { job_status } = (await zendesk(path, { method, ...defined({ body }) })).body;
    pass(10_000);
    return (await zendesk(`/api/v2/job_statuses/${job_status.id}`)).body.job_status;
  };
  const rows = [
    { name: 'A', email: 'a@example.com' },
    { name: 'B', email: 'jo@example.com' },
    { name: 'A2', email: 'A@example.com' },
  ];
  const created = await run('/api/v2/users/create_many', 'POST', { users: rows });
  expect(created).toMatchObject({ status: 'completed', total: 3, progress: 3 });
  expect(created.results).toEqual([
    { status: 'Created', id: expect.any(Number) },
    {
      id: 1,
      error: expect.any(String),
      details: 'Email: jo@example.com is already being used by another user',
      status: 'Failed',
    },
    {
      id: 2,
      error: expect.any(String),
      details: 'Email: A@example.com is already being used by another user',
      status: 'Failed',
    },
  ]);
  const updated = await run('/api/v2/users/update_many', 'PUT', {
    users: [
      { id: known.id, notes: 'n' },
      { id: created.results[0].id, email: 'jo@example.com' },
      { external_id: 'qb:1', notes: 'm' },
    ],
  });
  expect(updated.results).toEqual([
    { action: 'update', id: known.id, status: 'Updated', success: true },
    { id: 1, error: 'UserUpdateError', details: expect.stringContaining('already being used'), status: 'Failed' },
    { action: 'update', id: known.id, status: 'Updated', success: true },
  ]);
  const deleted = await run(`/api/v2/users/destroy_many?ids=${known.id}`, 'DELETE');
  expect(deleted).toMatchObject({
    job_type: 'Bulk Update User',
    results: [{ action: 'delete', id: known.id, status: 'Deleted', success: true }],
  });
});

test('more than a hundred rows, jobs, or no bulk import at all are refused as recorded', async () => {
  const { box, zendesk } = await startTwins({ jobLimit: 1 });
  const create = (count: number) =>
    zendesk('/api/v2/users/create_many', {
      method: 'POST',
      body: { users: Array.from({ length: count }, (_, index) => ({ name: `N${index}` })) },
    });
  expect(await create(101)).toMatchObject({
    status: 400,
    body: { error: 'TooManyValues', description: 'Maximum 100 users may be created per call' },
  });
  expect(await create(100)).toMatchObject({ status: 200 });
  expect(await create(1)).toMatchObject({
    status: 429,
    body: { error: 'TooManyJobs', description: 'Too many jobs are currently queued or running. Try again later.' },
  });
  box.zendesk.setBulk(false);
  expect(await create(1)).toMatchObject({ status: 403 });
});

test('lists have their envelopes: show_many and search with a count, the list with a cursor', async () => {
  const { box, zendesk } = await startTwins();
  const ids = ['A', 'B', 'C'].map((name) => box.zendesk.users.create({ name, skip_verify_email: true }).id);
  const many = (await zendesk(`/api/v2/users/show_many?ids=${ids[2]},${ids[0]},999`)).body;
  expect(Object.keys(many).sort()).toEqual(['count', 'next_page', 'previous_page', 'users']);
  expect(many).toMatchObject({ count: 2, next_page: null, previous_page: null });
  expect((await zendesk('/api/v2/users/search?query=email:"nobody@example.com"')).body).toEqual({
    users: [],
    next_page: null,
    previous_page: null,
    count: 0,
  });
  const first = (await zendesk('/api/v2/users?page[size]=2')).body;
  expect(first.users.map(({ name }: { name: string }) => name)).toEqual(['A', 'B']);
  expect(first.meta).toMatchObject({ has_more: true, after_cursor: expect.any(String) });
  const last = (await zendesk(`/api/v2/users?page[size]=2&page[after]=${first.meta.after_cursor}`)).body;
  expect(last.users.map(({ name }: { name: string }) => name)).toEqual(['C']);
  expect(last.meta).toMatchObject({ has_more: false, after_cursor: null });
});

test('the export leaves out what changed in the last minute, and goes on from its cursor', async () => {
  const { box, zendesk, pass, now } = await startTwins();
  const start = Math.floor(now() / 1000) - 3_600;
  const first = box.zendesk.users.create({ name: 'A', skip_verify_email: true });
  const read = async (query: string) => (await zendesk(`/api/v2/incremental/users/cursor?${query}`)).body;
  const early = await read(`start_time=${start}`);
  expect(Object.keys(early).sort()).toEqual([
    'after_cursor',
    'after_url',
    'before_cursor',
    'before_url',
    'end_of_stream',
    'users',
  ]);
  expect(early).toMatchObject({ users: [], end_of_stream: true });
  pass(60_000);
  const page = await read(`cursor=${early.after_cursor}`);
  expect(page).toMatchObject({ users: [{ id: first.id }], end_of_stream: true });
  expect(page.after_url).toContain(`cursor=${page.after_cursor}`);
  expect(await read(`cursor=${page.after_cursor}`)).toMatchObject({ users: [] });
  box.zendesk.users.remove(first);
  pass(60_001);
  expect(await read(`cursor=${page.after_cursor}`)).toMatchObject({ users: [{ id: first.id, active: false }] });
  const recent = `start_time=${Math.floor(now() / 1000) - 30}`;
  expect(await zendesk(`/api/v2/incremental/users/cursor?${recent}`)).toMatchObject({ status: 400 });
});

test('the export is paged by a thousand, and no change is shown twice or left out', async () => {
  const { box, zendesk, pass } = await startTwins();
  for (let index = 0; index < 2_500; index += 1) {
    box.zendesk.users.create({ name: `N${index}`, skip_verify_email: true });
    if (index % 7 === 0) pass(1);
  }
  pass(60_000);
  const seen: number[] = [];
  let query = 'start_time=0';
  for (let end = false; !end; ) {
    const { body } = await zendesk(`/api/v2/incremental/users/cursor?${query}`);
    seen.push(...body.users.map(({ id }: { id: number }) => id));
    expect(body.users.length).toBeLessThanOrEqual(1000);
    query = `cursor=${body.after_cursor}`;
    end = body.end_of_stream;
  }
  expect(seen).toEqual([...box.zendesk.users.byId.keys()]);
});

test('ten exports a minute, five updates a minute of one user, and agents may not export', async () => {
  const { box, zendesk } = await startTwins({ plan: 'enterprise' });
  const { id } = box.zendesk.users.create(jo);
  const path = '/api/v2/incremental/users/cursor?start_time=0';
  for (let call = 0; call < 10; call += 1) expect((await zendesk(path)).status).toBe(200);
  expect(await zendesk(path)).toMatchObject({
    status: 429,
    body: {
      error: 'APIRateLimitExceeded',
      description: 'Number of allowed incremental export API requests per minute exceeded',
    },
  });
  const update = () => zendesk(`/api/v2/users/${id}`, { method: 'PUT', body: { user: { notes: 'n' } } });
  for (let call = 0; call < 5; call += 1) expect((await update()).status).toBe(200);
  const over = await update();
  expect(over).toMatchObject({ status: 429, headers: { 'retry-after': '27' }, body: undefined });
  expect(over.text).toBe(
    'You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: ',
  );
  expect((await zendesk(path, { token: 'sandbox-agent-token' })).status).toBe(403);
});

test.each([
  ['x-rate-limit', { 'x-rate-limit': '200', 'x-rate-limit-remaining': '199' }],
  ['ratelimit', { 'ratelimit-limit': '200', 'ratelimit-remaining': '199', 'ratelimit-reset': '60' }],
  ['rate-limit', { 'rate-limit': '200', 'rate-limit-remaining': '199', 'rate-limit-reset': '60' }],
] as const)(
  'the account’s budget is answered in the %s family, and refused with Retry-After when it is spent',
  async (rateFamily, reported) => {
    const { zendesk } = await startTwins({ plan: 'team', rateFamily });
    expect((await zendesk('/api/v2/users/me')).headers).toMatchObject(reported);
    for (let call = 1; call < 200; call += 1) await zendesk('/api/v2/users/me');
    expect(await zendesk('/api/v2/users/me')).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
  },
);

test('paths that are not there are told apart from records that are not', async () => {
  const { zendesk } = await startTwins();
  expect(await zendesk('/api/v2/no/such/path')).toMatchObject({
    status: 404,
    body: { error: 'InvalidEndpoint', description: 'Not found' },
  });
  expect(await zendesk('/api/v2/users/999')).toMatchObject({ status: 404, body: { error: 'RecordNotFound' } });
  expect(await zendesk('/elsewhere')).toMatchObject({ status: 404, text: '' });
});

test('tokens: client credentials have no refresh token, a refresh deletes the old pair', async () => {
  const { box, ask } = await startTwins();
  const client = { client_id: 'rolodesk-sandbox', client_secret: 'sandbox-zendesk-secret' };
  const grant = (body: object) =>
    ask(`${box.zendesk.url}/oauth/tokens`, { method: 'POST', body: { ...client, scope: 'read write', ...body } });
  const plain = await grant({ grant_type: 'client_credentials' });
  expect(plain.status).toBe(201);
  expect(plain.body).toMatchObject({ token_type: 'bearer', scope: 'read write', expires_in: 3600 });
  expect(plain.body).not.toHaveProperty('refresh_token');
  const first = await grant({ grant_type: 'refresh_token', refresh_token: 'sandbox-zendesk-refresh' });
  expect(first.body).toMatchObject({ refresh_token: expect.any(String), refresh_token_expires_in: 2_592_000 });
  expect(await grant({ grant_type: 'refresh_token', refresh_token: 'sandbox-zendesk-refresh' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
  const second = await grant({ grant_type: 'refresh_token', refresh_token: first.body.refresh_token });
  expect(second.status).toBe(201);
  const me = async ({ body }: typeof first) =>
    (await ask(`${box.zendesk.url}/api/v2/users/me`, { headers: { authorization: `Bearer ${body.access_token}` } }))
      .body.user.name;
  expect([await me(first), await me(second)]).toEqual(['Anonymous user', 'Sandbox Admin']);
  expect(await grant({ grant_type: 'client_credentials', client_secret: 'wrong' })).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
});

test('merged users: the addresses become further ones of the other, the rest of the one that ends is lost', async () => {
  const { zendesk, box } = await startTwins();
  const loser = box.zendesk.users.create({ ...jo, phone: '+14155550100', tags: ['vip'] });
  const winner = box.zendesk.users.create({ name: 'Jo B.', email: 'jb@example.com', skip_verify_email: true });
  box.zendesk.users.tickets.set(loser.id, 2);
  const merge = async (into: number) =>
    await zendesk(`/api/v2/users/${loser.id}/merge.json`, { method: 'PUT', body: { user: { id: into } } });
  expect(await merge(loser.id)).toMatchObject({ status: 422 });
  box.zendesk.setSingleSignOn(true);
  expect(await merge(winner.id)).toMatchObject({ status: 422, body: { error: 'RecordInvalid' } });
  box.zendesk.setSingleSignOn(false);
  expect(await merge(winner.id)).toMatchObject({
    status: 200,
    body: { user: { id: winner.id, email: 'jb@example.com', external_id: null, phone: null, tags: [] } },
  });
  expect(loser).toMatchObject({ active: false, email: null, external_id: null });
  expect(box.zendesk.users.identitiesOf(winner.id)).toMatchObject([
    { value: 'jb@example.com', primary: true },
    { value: 'jo@example.com', primary: false },
  ]);
  expect(box.zendesk.users.tickets.get(winner.id)).toBe(2);
});

test('who cannot be merged is refused and stays: staff, users of a sharing agreement or with too many tickets, and unverified ones without an address', async () => {
  const { zendesk, box } = await startTwins();
  const { users } = box.zendesk;
  const winner = users.create({ ...jo, external_id: null });
  const make = (fields: Readonly<Record<string, unknown>>) =>
    users.create({ name: 'Other', skip_verify_email: true, ...fields });
  const merge = async (loser: number, into = winner.id) =>
    await zendesk(`/api/v2/users/${loser}/merge`, { method: 'PUT', body: { user: { id: into } } });
  const agent = make({ email: 'agent@example.com', role: 'agent' });
  const busy = make({ email: 'busy@example.com' });
  users.tickets.set(busy.id, 10_001);
  const caller = make({ phone: '+16505550142' });
  const shared = make({ email: 'shared@example.com' });
  shared.shared = true;
  for (const { id } of [agent, busy, caller]) expect(await merge(id)).toMatchObject({ status: 422 });
  expect(await merge(winner.id, agent.id)).toMatchObject({ status: 422 });
  expect(await merge(winner.id, shared.id)).toMatchObject({ status: 422 });
  expect(await merge(shared.id)).toMatchObject({ status: 403 });
  for (const { active } of [winner, agent, busy, caller, shared]) expect(active).toBe(true);
  users.tickets.set(busy.id, 10_000);
  expect(await merge(busy.id)).toMatchObject({ status: 200 });
  expect(await merge(busy.id)).toMatchObject({ status: 404 });
});

test('a merge may take effect some seconds after its reply', async () => {
  let now = Date.UTC(2026, 10, 28);
  const { zendesk, box } = await startTwins({ now: () => now });
  const loser = box.zendesk.users.create(jo);
  const winner = box.zendesk.users.create({ name: 'Jo B.', email: 'jb@example.com', skip_verify_email: true });
  box.zendesk.setMergeLag(5_000);
  const put = { method: 'PUT', body: { user: { id: winner.id } } };
  expect(await zendesk(`/api/v2/users/${loser.id}/merge`, put)).toMatchObject({ status: 200 });
  const shown = async () => (await zendesk(`/api/v2/users/${loser.id}`)).body.user.active;
  expect(await shown()).toBe(true);
  now += 5_000;
  expect(await shown()).toBe(false);
});
