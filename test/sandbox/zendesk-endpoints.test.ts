import { expect, test } from 'vitest';
import { startTwins } from '../kit/twins/twins.ts';

/** How the Zendesk twin pages, and what it says to calls that it does not answer. Shapes by the official documentation. */

test.each([
  { path: '/api/v2/users', name: 'users' },
  { path: '/api/v2/organizations', name: 'organizations' },
  { path: '/api/v2/user_fields', name: 'user_fields' },
  { path: '/api/v2/job_statuses', name: 'job_statuses' },
])('$path: cursor pages name the pages before and behind them, and can be read both ways', async ({ path, name }) => {
  const { box, zendesk } = await startTwins({ users: 5 });
  for (const one of ['A', 'B', 'C']) {
    await zendesk('/api/v2/organizations', { method: 'POST', body: { organization: { name: one } } });
    const users = [{ name: one }];
    await zendesk('/api/v2/users/create_many', { method: 'POST', body: { users } });
  }
  const first = await zendesk(`${path}?page[size]=2&include=x`);
  expect(first.body).toMatchObject({ meta: { has_more: true, before_cursor: null }, links: { prev: null } });
  const pathOf = (url: string): string => url.slice(box.zendesk.url.length);
  const second = await zendesk(pathOf(first.body.links.next));
  expect(first.body.links.next).toContain('include=x');
  expect(second.body.links.prev).toContain('page%5Bbefore%5D=');
  expect(second.body[name][0].id).not.toBe(first.body[name][0].id);
  expect((await zendesk(pathOf(second.body.links.prev))).body[name]).toEqual(first.body[name]);

  const ids: unknown[] = [];
  for (let next: string | null = `${path}?page[size]=2`; next !== null; ) {
    const { body } = await zendesk(next);
    ids.push(...body[name].map(({ id }: { id: unknown }) => id));
    expect(body.meta.has_more).toBe(body.links.next !== null);
    next = body.links.next === null ? null : pathOf(body.links.next);
  }
  const numbered = await zendesk(path);
  expect(numbered.body).toMatchObject({ next_page: null, previous_page: null, count: ids.length });
  expect(numbered.body[name].map(({ id }: { id: unknown }) => id)).toEqual(ids);
});

test('pages by number go on to the last, and no deeper than 10,000 records', async () => {
  const { box, zendesk } = await startTwins({ users: 5 });
  const { body } = await zendesk('/api/v2/users.json?per_page=2&page=2');
  expect(body.users).toHaveLength(2);
  expect(body).toMatchObject({
    next_page: `${box.zendesk.url}/api/v2/users.json?per_page=2&page=3`,
    previous_page: `${box.zendesk.url}/api/v2/users.json?per_page=2&page=1`,
    count: 5,
  });
  expect(await zendesk('/api/v2/users?page=101')).toMatchObject({
    status: 400,
    body: { errors: [{ code: 'InvalidPaginationDepth' }] },
  });
  expect((await zendesk('/api/v2/users?per_page=500')).body.users).toHaveLength(5);
});

test('users can be asked for by several roles', async () => {
  const { box, zendesk } = await startTwins();
  for (const role of ['agent', 'admin', 'end-user']) box.zendesk.users.create({ name: role, role });
  const { body } = await zendesk('/api/v2/users?role[]=agent&role[]=admin');
  expect(body.users.map(({ name }: { name: string }) => name)).toEqual(['agent', 'admin']);
  expect((await zendesk('/api/v2/users/count?role[]=agent&role[]=admin')).body.count.value).toBe(2);
});

const tooMany = { status: 400, body: { error: 'TooManyValues', max_count: 100 } };
const ids = Array.from({ length: 101 }, (_, n) => n + 1).join(',');

test.each([
  `/api/v2/users/show_many?ids=${ids}`,
  `/api/v2/users/show_many?external_ids=${ids}`,
  `/api/v2/organizations/show_many?ids=${ids}`,
  `/api/v2/job_statuses/show_many?ids=${ids}`,
])('more than a hundred ids are refused: %.45s', async (path) => {
  const { zendesk } = await startTwins();
  expect(await zendesk(path)).toMatchObject(tooMany);
});

test('one change may be made to all users that the address names', async () => {
  const { box, zendesk, pass } = await startTwins();
  const [one, other] = ['x:1', 'x:2'].map((id) => box.zendesk.users.create({ name: id, external_id: id }));
  const body = { user: { notes: 'n' } };
  await zendesk(`/api/v2/users/update_many?ids=${one?.id},${other?.id}`, { method: 'PUT', body });
  await zendesk('/api/v2/users/update_many?external_ids=X:1', { method: 'PUT', body: { user: { details: 'd' } } });
  pass(20_000);
  const { users } = (await zendesk(`/api/v2/users/show_many?ids=${one?.id},${other?.id}`)).body;
  expect(users).toMatchObject([{ notes: 'n', details: 'd' }, { notes: 'n' }]);
});

test.each([
  ['DELETE', '/users'],
  ['PUT', '/users/create_many'],
  ['GET', '/users/update_many'],
  ['POST', '/users/me'],
  ['POST', '/users/show_many'],
  ['POST', '/users/search'],
  ['DELETE', '/locales'],
  ['PUT', '/job_statuses'],
  ['POST', '/users/1/related'],
  ['DELETE', '/user_fields'],
])('%s %s is no endpoint, of Zendesk or the twin', async (method, path) => {
  const { box, zendesk } = await startTwins();
  const user = box.zendesk.users.create({ name: 'a' });
  expect(await zendesk(`/api/v2${path.replace('/1/', `/${user.id}/`)}`, { method })).toMatchObject({
    status: 404,
    body: { error: 'InvalidEndpoint', description: 'Not found' },
  });
  expect(box.zendesk.users.byId.get(user.id)?.active).toBe(true);
});

test.each([
  ['GET', '/macros'],
  ['POST', '/users/create_or_update'],
  ['PUT', '/tickets/1'],
  ['POST', '/organization_memberships'],
])('%s %s is an endpoint that the twin lacks: it says so', async (method, path) => {
  const { zendesk } = await startTwins();
  expect(await zendesk(`/api/v2${path}`, { method })).toMatchObject({
    status: 501,
    body: { error: 'NotInSandbox', description: expect.stringContaining(`${method} /api/v2${path}`) },
  });
});

const posts = [
  '/api/v2/users',
  '/api/v2/users/create_many',
  '/api/v2/organizations',
  '/api/v2/organizations/create_many',
  '/api/v2/organization_memberships/create_many',
  '/api/v2/user_fields',
  '/oauth/tokens',
];
const bodies = [
  '{',
  '[',
  'null',
  '[]',
  '""',
  '1',
  '{"users":1}',
  '{"users":[1,null,"a",[]]}',
  '{"user":[]}',
  '{"user":null}',
];

test.each(posts.flatMap((path) => bodies.map((body) => ({ path, body }))))(
  'POST $path with the body $body is never a failure of the twin',
  async ({ path, body }) => {
    const { zendesk } = await startTwins();
    const { status } = await zendesk(path, { method: 'POST', body });
    expect(status).toBeLessThan(500);
    if (body === '{' || body === '[') expect(status).toBe(400);
  },
);
