import { expect, test } from 'vitest';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { idOf, startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

/** policies.ownership: who has the last word on a field of a user that exists. */

const mail = (address: string) => ({ PrimaryEmailAddr: { Address: address } });
const phone = (number: string) => ({ PrimaryPhone: { FreeFormNumber: number } });

async function owning(ownership: string, mapping = ''): Promise<TestEnvironment & { later(): void }> {
  let now = Date.now();
  const more = `policies:\n  ownership: { ${ownership} }\n${mapping}`;
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0, now: () => now, more });
  // Long enough for Zendesk's export to show what was done before.
  const later = (): void => {
    now += 180_000;
  };
  return { ...it, later };
}

const edit = ({ box }: TestEnvironment, key: number, fields: Readonly<Record<string, unknown>>): void =>
  box.zendesk.edit(userOf(box, key)?.id ?? 0, fields);

test('if_empty: written when the user is made, then only where Zendesk has nothing, and never cleared', async () => {
  const it = await owning('phone: if_empty');
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, phone('(650) 555-0001')));
  company.upsert(customer(2));
  await it.run();
  expect(userOf(it.box, 1)?.phone).toBe('+16505550001');

  it.later();
  company.upsert(customer(1, { ...phone('(650) 555-0009'), DisplayName: 'Renamed' }));
  company.upsert(customer(2, phone('(650) 555-0002')));
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Renamed', phone: '+16505550001' });
  expect(userOf(it.box, 2)?.phone).toBe('+16505550002');

  it.later();
  edit(it, 1, { phone: null });
  edit(it, 2, { phone: '+16505557777' });
  company.upsert(customer(2, { PrimaryPhone: null }));
  it.later();
  await it.run({ full: true });
  expect(userOf(it.box, 1)?.phone).toBe('+16505550009');
  expect(userOf(it.box, 2)?.phone).toBe('+16505557777');
  it.later();
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 2, updated: 0 } });
});

test('if_empty: what somebody filled in a moment ago, which no export shows yet, stays', async () => {
  const it = await owning('phone: if_empty');
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  it.later();
  await it.run({ full: true });
  edit(it, 1, { phone: '+16505557777' });
  it.box.quickbooks.company.upsert(customer(1, { ...phone('(650) 555-0001'), DisplayName: 'Renamed' }));
  expect(await it.run()).toMatchObject({ tallies: { updated: 1 } });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Renamed', phone: '+16505557777' });
});

test('create_only: written when the user is made, and never again, nor cleared', async () => {
  const it = await owning('details: create_only, name: create_only');
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, { BillAddr: { City: 'Ghent' } }));
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Customer 1', details: 'Ghent' });
  edit(it, 1, { name: 'By hand' });
  it.later();
  company.upsert(customer(1, { DisplayName: 'Renamed', BillAddr: null, ...phone('(650) 555-0001') }));
  await it.run({ full: true });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'By hand', details: 'Ghent', phone: '+16505550001' });
  it.later();
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 1 } });

  // The policy decides what is written: when it changes, everything is looked at again.
  it.configure('policies: {}\n');
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Renamed', details: null });
});

test('a user that is adopted keeps its values of create_only, and of if_empty where it has any', async () => {
  const it = await owning('name: create_only, phone: if_empty, details: if_empty');
  const user = it.box.zendesk.users.create({
    name: 'Their Name',
    email: 'c1@example.com',
    phone: '+16505557777',
    skip_verify_email: true,
  });
  const other = it.box.zendesk.users.create({
    name: 'Second Address',
    email: 'primary@example.com',
    phone: '+16505558888',
    skip_verify_email: true,
  });
  it.box.zendesk.users.addIdentity(other, 'c2@example.com', true);
  for (const id of [1, 2])
    it.box.quickbooks.company.upsert(customer(id, { ...phone('(650) 555-0001'), BillAddr: { City: 'Ghent' } }));
  expect(await it.run()).toMatchObject({ tallies: { updated: 2 } });
  expect(it.box.zendesk.users.byId.get(user.id)).toMatchObject({
    external_id: idOf(1),
    name: 'Their Name',
    phone: '+16505557777',
    details: 'Ghent',
  });
  expect(it.box.zendesk.users.byId.get(other.id)).toMatchObject({
    external_id: idOf(2),
    name: 'Second Address',
    phone: '+16505558888',
    details: 'Ghent',
  });
});

test('tags: create_only are left to people, except for the tag of inactive customers', async () => {
  const it = await owning('tags: create_only', 'mapping:\n  tags: [quickbooks, "{{ CompanyName }}"]\n');
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, { CompanyName: 'acme' }));
  await it.run();
  expect(userOf(it.box, 1)?.tags).toEqual(['acme', 'quickbooks']);
  it.later();
  edit(it, 1, { tags: ['vip'] });
  company.upsert(customer(1, { CompanyName: 'other' }));
  it.later();
  await it.run({ full: true });
  expect(userOf(it.box, 1)?.tags).toEqual(['vip']);
  company.deactivate('1');
  await it.run();
  expect(userOf(it.box, 1)?.tags).toEqual(['quickbooks-inactive', 'vip']);
  company.reactivate('1');
  await it.run();
  expect(userOf(it.box, 1)?.tags).toEqual(['vip']);
});

test('tags: if_empty fill a user that has none', async () => {
  const it = await owning('tags: if_empty');
  it.box.quickbooks.company.upsert(customer(1));
  it.box.quickbooks.company.upsert(customer(2));
  it.box.zendesk.users.create({ name: 'A', email: 'c1@example.com', tags: ['vip'], skip_verify_email: true });
  it.box.zendesk.users.create({ name: 'B', email: 'c2@example.com', skip_verify_email: true });
  await it.run();
  expect([userOf(it.box, 1)?.tags, userOf(it.box, 2)?.tags]).toEqual([['vip'], ['quickbooks']]);
});

test('email: create_only stays as it was made, and others are decided by the address that the user has', async () => {
  const it = await owning('email: create_only');
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, mail('first@example.com')));
  await it.run();
  company.upsert(customer(1, { ...mail('second@example.com'), DisplayName: 'Renamed' }));
  company.upsert(customer(2, mail('first@example.com')));
  company.upsert(customer(3, mail('second@example.com')));
  expect(await it.run()).toMatchObject({
    tallies: { updated: 1, created: 1, skipped: 1, rejected: 0 },
    skips: { 'shared-email': 1 },
  });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Renamed', email: 'first@example.com' });
  expect(userOf(it.box, 3)).toMatchObject({ email: 'second@example.com' });
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 2, skipped: 1 } });
});

test('email: if_empty gives an address to a user without one, and changes none', async () => {
  const it = await owning('email: if_empty');
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, { PrimaryEmailAddr: null }));
  company.upsert(customer(2));
  await it.run();
  it.later();
  company.upsert(customer(1, mail('late@example.com')));
  company.upsert(customer(2, mail('other@example.com')));
  await it.run({ full: true });
  expect(userOf(it.box, 1)?.email).toBe('late@example.com');
  expect(userOf(it.box, 2)?.email).toBe('c2@example.com');
  expect(it.box.zendesk.state().mails).toEqual([]);
});

test('G4: what people set by hand on 50 users is unchanged after ten syncs with changes', async () => {
  const it = await owning(
    '',
    'mapping:\n  tags: [quickbooks, "{{ CompanyName }}"]\n  user_fields:\n    balance: Balance\n',
  );
  const { company } = it.box.quickbooks;
  const ids = Array.from({ length: 50 }, (_, index) => index + 1);
  for (const id of ids) company.upsert(customer(id, { CompanyName: 'round 0', Balance: 0 }));
  await it.run();
  const byHand = {
    alias: 'by hand',
    notes: 'Called on Monday.',
    organization_id: it.box.zendesk.organizations.create({ name: 'By hand' }).id,
    time_zone: 'Brussels',
    locale: 'fr',
  };
  for (const id of ids)
    edit(it, id, {
      ...byHand,
      tags: [...(userOf(it.box, id)?.tags ?? []), `vip_${id}`],
      user_fields: { member_level: 'gold' },
    });

  for (let round = 1; round <= 10; round += 1) {
    it.later();
    for (const id of ids.filter((one) => one % 3 === round % 3))
      company.upsert(
        customer(id, {
          DisplayName: `Name ${round}`,
          CompanyName: `round ${round}`,
          Balance: round,
          ...mail(`c${id}.${round}@example.com`),
        }),
      );
    const report = await it.run(round % 4 === 0 ? { full: true } : {});
    expect(report).toMatchObject({ outcome: 'completed', tallies: { rejected: 0, skipped: 0 } });
  }

  expect(usersOf(it.box)).toHaveLength(50);
  for (const { id } of usersOf(it.box)) expect(it.box.zendesk.organizations.membershipsOf(id)).toHaveLength(1);
  for (const id of ids) {
    const last = [10, 9, 8].find((round) => round % 3 === id % 3) ?? 0;
    expect(userOf(it.box, id)).toMatchObject({
      ...byHand,
      name: `Name ${last}`,
      email: `c${id}.${last}@example.com`,
      tags: ['gold', 'quickbooks', `round_${last}`, `vip_${id}`],
      user_fields: { member_level: 'gold', balance: last },
    });
  }
});

test('ownership of what the mapping does not set is refused, with the place and a suggestion', async () => {
  const it = await owning('');
  it.configure(
    [
      'policies:',
      '  ownership:',
      '    phon: if_empty',
      '    user_fields.balnce: create_only',
      '    external_id: create_only',
      '    user_fields.balance: if_empty',
      'mapping: { user_fields: { balance: Balance } }',
      '',
    ].join('\n'),
  );
  const refused = it.pipeline();
  await expect(refused).rejects.toMatchObject({ exitCode: 2, code: 'config-invalid' });
  await expect(refused).rejects.toThrow(
    /:22:\d+ policies\.ownership\.phon: the mapping sets no such field, did you mean "phone"\?/,
  );
  await expect(refused).rejects.toThrow(/user_fields\.balnce: .*did you mean "user_fields\.balance"\?/);
  await expect(refused).rejects.toThrow(/external_id: external_id is always ours/);
  await expect(refused).rejects.toThrow(/has 3 problems/);
  it.configure('policies:\n  ownership: { phone: sometimes }\n');
  await expect(it.pipeline()).rejects.toThrow(
    /policies\.ownership\.phone: expected one of "always"\|"if_empty"\|"create_only"/,
  );
});
