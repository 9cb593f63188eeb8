import { expect, test } from 'vitest';
import { type RunChoice, runOnce } from '../../kit/environment/create-environment.ts';
import { planned } from '../../kit/environment/planned.ts';
import { configWithNotes } from '../../kit/environment/run-with-notes.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';

/** Customers share a user, and Zendesk refuses a value of one of them. */

/** Zendesk refuses a request with this, and does not say whose value it is. */
const odd = { organization_id: 12.5 };
const all = [1, 2, 3];
const writes = ['PUT /api/v2/users/update_many', 'POST /api/v2/users/create_many'];

async function start() {
  const it = await startTestEnvironment({
    customers: 0,
    jobLatencyMs: 0,
    more: 'policies:\n  sharedEmail: merge\n  maxDeactivations: 100\n',
  });
  return { ...it, sync: (options?: RunChoice) => runOnce(it.pipeline(configWithNotes(it.folder)), options) };
}

/** Each customer has a tag of its own, which the shared user has of all. */
function put({ box }: TestEnvironment, id: number, says: object = {}, fields: object = {}): void {
  const Notes = JSON.stringify({ tags: [`tag-${id}`], ...says });
  box.quickbooks.company.upsert(customer(id, { PrimaryEmailAddr: { Address: 'all@example.com' }, Notes, ...fields }));
}

const seen = ({ box }: TestEnvironment) =>
  usersOf(box)
    .filter((user) => user.active)
    .map(({ name, email, tags }) => ({ name, email, tags: tags.toSorted() }));
const shared = (ids: readonly number[]) => [
  { name: `Customer ${ids[0]}`, email: 'all@example.com', tags: ids.map((id) => `tag-${id}`) },
];
const written = ({ box }: TestEnvironment) => writes.map((route) => box.zendesk.requests().byRoute[route]);

test.each(all)('a new user: customer %d is rejected, and the others have one', async (culprit) => {
  const it = await start();
  for (const id of all) put(it, id, id === culprit ? odd : {});
  const report = await it.sync();
  expect(report.rejects).toMatchObject([{ key: String(culprit), code: 'refused' }]);
  expect(report.rejects[0]?.message).toContain('organization_id must be an integer');
  expect(seen(it)).toEqual(shared(all.filter((id) => id !== culprit)));

  const before = written(it);
  expect(await it.sync({ full: true })).toMatchObject({ tallies: { created: 0, updated: 0, rejected: 1 } });
  expect(written(it)).toEqual(before);

  put(it, culprit);
  expect(await it.sync()).toMatchObject({ rejects: [] });
  expect(seen(it)).toEqual(shared(all));
});

test.each(all)(
  'a user that is there: what customer %d says now is refused, and the others are written',
  async (culprit) => {
    const it = await start();
    for (const id of all) put(it, id);
    await it.sync();
    for (const id of all) put(it, id, { tags: [`new-${id}`], ...(id === culprit && odd) });
    const { rejects } = await it.sync();
    expect(rejects).toMatchObject([{ key: String(culprit), code: 'refused' }]);
    const others = all.filter((id) => id !== culprit);
    expect(seen(it)).toEqual([{ ...shared(others)[0], tags: others.map((id) => `new-${id}`) }]);
    const before = written(it);
    expect(await it.sync({ full: true })).toMatchObject({ tallies: { created: 0, updated: 0, rejected: 1 } });
    expect(written(it)).toEqual(before);
    // Nobody has mended it, and a retry says so again.
    expect((await it.sync({ kind: 'retry' })).rejects).toMatchObject([{ key: String(culprit) }]);
    expect(seen(it)).toEqual([{ ...shared(others)[0], tags: others.map((id) => `new-${id}`) }]);
  },
);

test('two customers whose values are refused: the user stays as it is, and its holder is rejected', async () => {
  const it = await start();
  for (const id of all) put(it, id);
  await it.sync();
  put(it, 1, { tags: ['new'] });
  put(it, 2, odd);
  put(it, 3, { organization_id: 13.5 });
  expect((await it.sync()).rejects).toMatchObject([{ key: '1', code: 'refused' }]);
  expect(seen(it)).toEqual(shared(all));
  put(it, 2);
  expect((await it.sync()).rejects).toMatchObject([{ key: '3' }]);
  expect(seen(it)[0]?.tags).toEqual(['new', 'tag-2']);
});

test('a new user of whom two values are refused is made by nobody, and sent again by no later sync', async () => {
  const it = await start();
  put(it, 1, odd);
  put(it, 2, { organization_id: 13.5 });
  put(it, 3);
  expect((await it.sync()).rejects).toMatchObject([{ key: '1', code: 'refused' }]);
  expect(seen(it)).toEqual([]);
  const before = written(it);
  expect((await it.sync({ full: true })).rejects).toMatchObject([{ key: '1', code: 'refused' }]);
  expect(written(it)).toEqual(before);
});

test('a plan approves the whole user: what of it is refused is tried in no other way', async () => {
  const it = await start();
  const pipeline = () => it.pipeline(configWithNotes(it.folder));
  for (const id of all) put(it, id);
  await it.sync();
  put(it, 2, { tags: ['new'], ...odd });
  const { path } = await planned({ folder: it.folder, pipeline });
  const before = written(it)[0] ?? 0;
  await using opened = await pipeline();
  expect((await opened.sync({ plan: path })).rejects).toMatchObject([{ key: '1', code: 'refused' }]);
  expect(written(it)[0]).toBe(before + 1);
  expect(seen(it)).toEqual(shared(all));
});

test('a customer that is rejected may leave the address, and has a user of its own then', async () => {
  const it = await start();
  for (const id of all) put(it, id, id === 2 ? odd : {});
  await it.sync();
  put(it, 2, {}, { PrimaryEmailAddr: { Address: 'own@example.com' } });
  expect(await it.sync()).toMatchObject({ rejects: [], tallies: { created: 1 } });
  expect(seen(it)).toEqual([...shared([1, 3]), { name: 'Customer 2', email: 'own@example.com', tags: ['tag-2'] }]);
});
