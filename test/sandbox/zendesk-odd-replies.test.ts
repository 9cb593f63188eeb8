import { expect, test } from 'vitest';
import { startTwins } from '../kit/twins/twins.ts';

/** Replies of Zendesk that one would not expect: seen in public bug reports, written down here by hand. */

const created = (name: string, more: object = {}) => ({ name, ...more });

test('one attribute of the wrong type refuses a whole bulk request, with 400 and its place', async () => {
  const { zendesk, box } = await startTwins();
  const users = [created('A'), created('B', { organization_id: 12.5 })];
  const many = await zendesk('/api/v2/users/create_many', { method: 'POST', body: { users } });
  expect(many).toMatchObject({
    status: 400,
    body: {
      error: {
        title: 'Invalid attribute',
        message:
          'You passed an invalid value for the users.1.organization_id attribute. Invalid parameter: users.1.organization_id must be an integer from api/v2/users/create_many',
      },
    },
  });
  const { id } = box.zendesk.users.create({ name: 'C' });
  const one = await zendesk(`/api/v2/users/${id}`, { method: 'PUT', body: { user: { tags: 'vip' } } });
  expect(one.body.error.message).toContain('Invalid parameter: user.tags must be an array from api/v2/users/update');
  expect(box.zendesk.users.byId.size).toBe(1);
});

test('a list in an address is cut at its commas, and one that is too long is answered 414', async () => {
  const { zendesk, box } = await startTwins();
  box.zendesk.users.create({ name: 'Jane', external_id: 'doe, jane' });
  expect((await zendesk('/api/v2/users/show_many?external_ids=doe%2C%20jane')).body.users).toEqual([]);
  expect((await zendesk('/api/v2/users?external_id=doe%2C%20jane')).body.users).toMatchObject([{ name: 'Jane' }]);
  const long = 'ä'.repeat(2_000);
  expect((await zendesk(`/api/v2/users/show_many?external_ids=${encodeURIComponent(long)}`)).status).toBe(414);
});

test('nobody here may change a user whom another account shares', async () => {
  const { zendesk, box } = await startTwins();
  const user = box.zendesk.users.create({ name: 'Theirs', email: 'c1@example.com' });
  user.shared = true;
  const { id } = user;
  expect((await zendesk(`/api/v2/users/${id}`)).body.user.shared).toBe(true);
  for (const [method, path] of [
    ['PUT', ''],
    ['DELETE', ''],
    ['POST', '/identities'],
    ['POST', '/organization_memberships'],
  ] as const)
    expect(await zendesk(`/api/v2/users/${id}${path}`, { method, body: {} })).toMatchObject({ status: 403 });
});

test('the search index is late: it still shows a user who has been deleted', async () => {
  const { zendesk, box, pass } = await startTwins();
  const { id } = box.zendesk.users.create({ name: 'Jo', email: 'jo@example.com' });
  box.zendesk.setSearchLag(60_000);
  await zendesk(`/api/v2/users/${id}`, { method: 'DELETE' });
  const search = async () => (await zendesk('/api/v2/users/search?query=email:"jo@example.com"')).body.users;
  expect(await search()).toMatchObject([{ id, active: true, email: 'jo@example.com' }]);
  expect(await zendesk(`/api/v2/users/${id}/identities`)).toMatchObject({ status: 404 });
  pass(60_000);
  expect(await search()).toEqual([]);
});

test('rows of a job may fail without a word, be missing from the results, or come in another order', async () => {
  const { zendesk, box, pass } = await startTwins();
  const results = async () => {
    const users = ['A', 'B', 'C'].map((name) => created(name));
    const { body } = await zendesk('/api/v2/users/create_many', { method: 'POST', body: { users } });
    pass(10_000);
    return (await zendesk(`/api/v2/job_statuses/${body.job_status.id}`)).body.job_status.results;
  };
  const ids = () => [...box.zendesk.users.byId.keys()].slice(-3);

  box.zendesk.setJobFault({ kind: 'rows-wordless', name: 'B' });
  expect((await results())[1]).toEqual({ id: 1, status: 'Failed' });
  box.zendesk.setJobFault({ kind: 'rows-missing', name: 'B' });
  expect(await results()).toHaveLength(2);
  box.zendesk.setJobFault({ kind: 'rows-reversed' });
  expect(await results()).toEqual(ids().map((_, at, all) => ({ status: 'Created', id: all[2 - at], index: 2 - at })));
  box.zendesk.setJobFault({ kind: 'rows-reversed-unmarked' });
  expect(await results()).toEqual(ids().map((_, at, all) => ({ status: 'Created', id: all[2 - at] })));
});
