import { expect, test } from 'vitest';
import { applyFields } from '../../../src/cli/handlers/fields/fields.ts';
import { auditPipeline } from '../../kit/environment/audit-pipeline.ts';
import { runCommand } from '../../kit/environment/run-command.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { idOf, startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';
import { undo, wholeSnapshot } from '../../kit/environment/undo-helpers.ts';
import { createTestClock } from '../../kit/test-clock.ts';

/** `identity.field`: our id of a user stands in a custom field, and `external_id` is whoever's it was. */

const key = 'rolodesk_id';
const more = `identity: { field: ${key} }\n`;
const nobody = { PrimaryEmailAddr: undefined };

type Options = Parameters<typeof startTestEnvironment>[0];

async function withField(options: Options = {}): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, more, ...options });
  it.box.zendesk.customFields.define({ key, type: 'text', title: 'Rolodesk id' });
  return it;
}

/** Active users: what stands in the field, and in `external_id`. */
const idsOf = ({ box }: TestEnvironment) =>
  [...box.zendesk.users.byId.values()]
    .filter(({ active }) => active)
    .map(({ user_fields, external_id }) => [user_fields[key] ?? null, external_id]);

function userOf({ box }: TestEnvironment, id: number) {
  const found = [...box.zendesk.users.byId.values()].find(
    ({ active, user_fields }) => active && user_fields[key] === idOf(id),
  );
  if (!found) throw new Error(`Nobody has the id of customer ${id}.`);
  return found;
}

function made({ box }: TestEnvironment, fields: Readonly<Record<string, unknown>>) {
  const user = box.zendesk.users.create({ skip_verify_email: true, ...fields });
  box.zendesk.users.age(user, 600_000);
  return user;
}

test('users are made, found again and updated by the field; external_id stays empty; an undo takes all of it back', async () => {
  const it = await withField();
  const before = wholeSnapshot(it);
  it.box.quickbooks.company.upsert(customer(1));
  it.box.quickbooks.company.upsert(customer(2, nobody));
  const { run } = await it.run();
  expect(idsOf(it)).toEqual([
    [idOf(1), null],
    [idOf(2), null],
  ]);
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 2 } });
  it.box.quickbooks.company.upsert(customer(2, { ...nobody, DisplayName: 'Renamed' }));
  expect(await it.run()).toMatchObject({ tallies: { updated: 1 } });
  expect(userOf(it, 2)).toMatchObject({ name: 'Renamed', external_id: null });
  expect(await auditPipeline(it)).toMatchObject({ inSync: true, source: { inSync: 2 } });
  await undo(it, run);
  expect(wholeSnapshot(it)).toEqual(before);
});

test("adopted users keep their external_id, whoever's it is, and a lost state finds them by the field", async () => {
  const it = await withField();
  const theirs = made(it, { name: 'Theirs', email: 'c1@example.com', external_id: 'sso-1' });
  const plain = made(it, { name: 'Plain', email: 'c2@example.com' });
  it.box.quickbooks.company.upsert(customer(1));
  it.box.quickbooks.company.upsert(customer(2));
  const { run, tallies } = await it.run();
  expect(tallies).toMatchObject({ updated: 2, rejected: 0 });
  expect(theirs).toMatchObject({ name: 'Customer 1', external_id: 'sso-1', user_fields: { [key]: idOf(1) } });
  expect(plain).toMatchObject({ name: 'Customer 2', external_id: null, user_fields: { [key]: idOf(2) } });
  for (const user of [theirs, plain]) it.box.zendesk.users.age(user, 600_000);
  const { pipeline, close } = await it.open();
  await pipeline.store.apply(pipeline.id, { unlink: ['1', '2'] });
  await close();
  it.box.quickbooks.company.upsert(customer(1, { PrimaryEmailAddr: { Address: 'new@example.com' } }));
  expect(await it.run()).toMatchObject({ tallies: { created: 0, rejected: 0 } });
  expect(userOf(it, 1)).toMatchObject({ id: theirs.id, email: 'new@example.com', external_id: 'sso-1' });
  await undo(it, run);
  expect(plain).toMatchObject({ name: 'Plain', external_id: null, user_fields: { [key]: null } });
});

test('a field that Zendesk lacks, or that is not text, ends the run before anything is written; fields apply makes it', async () => {
  const it = await startTestEnvironment({ customers: 0, more });
  it.box.quickbooks.company.upsert(customer(1));
  expect(await it.run()).toMatchObject({ outcome: 'failed', error: { code: 'identity-field', exitCode: 2 } });
  expect(it.box.zendesk.writes().accepted).toBe(0);
  const applied = await runCommand(it, { json: false }, (cli) => applyFields(cli, { yes: true }));
  expect(applied.code).toBe(0);
  expect(it.box.zendesk.customFields.byKey.get(key)).toMatchObject({ type: 'text' });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 1 } });

  const other = await startTestEnvironment({ customers: 0, more });
  other.box.zendesk.customFields.define({ key, type: 'integer', title: 'Number' });
  expect(await other.run()).toMatchObject({ error: { code: 'identity-field' } });
});

test('a mapping that sets the field is refused', async () => {
  const it = await withField({ more: `${more}mapping:\n  user_fields: { ${key}: DisplayName }\n` });
  await expect(it.run()).rejects.toThrow(/identity\.field.*the mapping sets this field/);
});

test('with single sign-on, users that have no external_id can be merged, and the customer follows', async () => {
  const it = await withField();
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  const winner = made(it, { name: 'Private', email: 'private@example.org' });
  const loser = userOf(it, 1);
  it.box.zendesk.merge(loser, winner);
  for (const user of [loser, winner]) it.box.zendesk.users.age(user, 90_000);
  expect(await it.run({ full: true })).toMatchObject({ tallies: { updated: 1, created: 0 } });
  expect(userOf(it, 1)).toMatchObject({ id: winner.id, name: 'Customer 1', external_id: null });
});

test.each([
  { what: 'its job done', fault: 'reset-after', jobLatencyMs: 0, bulk: 'auto' },
  { what: 'its job in flight', fault: 'reset-after', jobLatencyMs: 20_000, bulk: 'auto' },
  { what: 'nothing done', fault: 'reset-before', jobLatencyMs: 0, bulk: 'auto' },
  { what: 'without bulk import', fault: 'reset-after', jobLatencyMs: 0, bulk: 'never' },
])('no customer becomes two users when a reply is lost ($what), with an address or without one', async (how) => {
  const clock = createTestClock();
  const it = await withField({
    more: `  bulk: ${how.bulk}\n${more}`,
    jobLatencyMs: how.jobLatencyMs,
    now: clock.serverNow,
    ports: { clock },
  });
  for (const id of [1, 2, 3]) it.box.quickbooks.company.upsert(customer(id, id === 1 ? {} : nobody));
  it.box.zendesk.faults.add({
    fault: how.fault,
    method: 'POST',
    path: how.bulk === 'auto' ? 'create_many' : '/users',
    times: 1,
  });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 3 } });
  expect(idsOf(it).sort()).toEqual([1, 2, 3].map((id) => [idOf(id), null]));
});

test('an account that had our ids in external_id has them in the field instead, and back again; those of others stay', async () => {
  const it = await withField({ more: '' });
  made(it, { name: 'Theirs', email: 'theirs@example.org', external_id: 'crm-1' });
  for (const id of [1, 2]) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  const ids = () => idsOf(it).sort();
  const theirs = [null, 'crm-1'];
  expect(ids()).toEqual([theirs, [null, idOf(1)], [null, idOf(2)]]);
  it.configure(more);
  expect(await it.run()).toMatchObject({ tallies: { updated: 2, created: 0 } });
  expect(ids()).toEqual([theirs, [idOf(1), null], [idOf(2), null]]);
  it.configure('');
  expect(await it.run()).toMatchObject({ tallies: { updated: 2, created: 0 } });
  expect(ids().map(([, externalId]) => externalId)).toEqual(['crm-1', idOf(1), idOf(2)]);
});

test.each(['request-sent', 'job-recorded', 'job-ended'] as const)(
  'no customer becomes two users when the process dies at %s',
  async (last) => {
    const clock = createTestClock();
    let isCut = false;
    const onFailpoint = (step: string): void => {
      if (step !== last || isCut) return;
      isCut = true;
      throw new Error('The power is cut.');
    };
    const it = await withField({ jobLatencyMs: 250, now: clock.serverNow, ports: { clock, onFailpoint } });
    for (const id of [1, 2, 3]) it.box.quickbooks.company.upsert(customer(id, id === 1 ? {} : nobody));
    await expect(it.run()).rejects.toThrow('The power is cut.');
    expect(await it.run()).toMatchObject({ outcome: 'completed' });
    expect(idsOf(it).sort()).toEqual([1, 2, 3].map((id) => [idOf(id), null]));
    expect(it.box.zendesk.users.byId.size).toBe(3);
  },
);
