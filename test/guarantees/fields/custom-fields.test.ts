import { expect, test } from 'vitest';
import { coerceFieldValue } from '../../../src/connectors/zendesk/fields/coerce-value.ts';
import { ConfigError } from '../../../src/core/domain/errors.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { resultsOf } from '../../kit/environment/stored-records.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

const writes = ({ box }: TestEnvironment): string[] =>
  Object.keys(box.zendesk.requests().byRoute).filter(
    (route) => /^(POST|PUT|DELETE) /.test(route) && !route.includes('oauth'),
  );

const custom = (rules: Readonly<Record<string, string>>): string =>
  `mapping:\n  user_fields:\n${Object.entries(rules)
    .map(([key, rule]) => `    ${key}: ${rule}\n`)
    .join('')}`;

test('what a custom field does not take is found before any write: field, line, value and what is allowed', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: custom({ member_level: 'Notes', balance: 'ResaleNum', since: 'Title', plan: 'Suffix' }),
  });
  it.box.zendesk.customFields.define({
    key: 'plan',
    type: 'regexp',
    title: 'Plan',
    regexp_for_validation: '\\A[a-z]+\\z',
  });
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, { Notes: 'Platinum' }));
  company.upsert(customer(2, { ResaleNum: '123456789012' }));
  company.upsert(customer(3, { Title: '31/02/2026' }));
  company.upsert(customer(4, { Suffix: 'A1', Notes: 'Tin' }));
  company.upsert(customer(5, { Notes: 'Gold', ResaleNum: '12.50', Title: '2024-02-29', Suffix: 'basic' }));
  const report = await it.run();
  expect(report.tallies).toMatchObject({ read: 5, created: 1, rejected: 4 });
  expect(report.rejects).toEqual([
    {
      key: '1',
      code: 'invalid-field',
      message:
        'user_fields.member_level (rolodesk.yaml:22): not one of the options. Allowed: gold (Gold), silver (Silver), bronze (Bronze).',
    },
    {
      key: '2',
      code: 'invalid-field',
      message: expect.stringMatching(
        /^user_fields\.balance \(rolodesk\.yaml:23\): a number of 12 digits\. Allowed: at most 11/,
      ),
    },
    {
      key: '3',
      code: 'invalid-field',
      message: expect.stringMatching(/^user_fields\.since \(rolodesk\.yaml:24\): not a date\. Allowed: YYYY-MM-DD/),
    },
    {
      key: '4',
      code: 'invalid-field',
      message: expect.stringMatching(
        /member_level .* user_fields\.plan \(rolodesk\.yaml:25\): .*Allowed: \\A\[a-z\]\+\\z/,
      ),
    },
  ]);
  expect(usersOf(it.box)).toMatchObject([
    {
      name: 'Customer 5',
      user_fields: { member_level: 'gold', balance: 12.5, since: '2024-02-29T00:00:00+00:00', plan: 'basic' },
      tags: ['gold', 'quickbooks'],
    },
  ]);

  // The value is customer data: kept for the commands that may show it, in no report and no log.
  await using pipeline = await it.pipeline();
  const letters = await pipeline.rejects();
  expect(letters.map(({ detail }) => detail)).toEqual([
    'Found: user_fields.member_level is "Platinum".',
    'Found: user_fields.balance is "123456789012".',
    'Found: user_fields.since is "31/02/2026".',
    'Found: user_fields.member_level is "Tin"; user_fields.plan is "A1".',
  ]);
  expect(JSON.stringify(report) + it.logged()).not.toMatch(/Platinum|123456789012|31\/02/);
});

test('an unknown field and a constant that does not fit are found with their lines before anything is read or written', async () => {
  const it = await startTestEnvironment({
    customers: 3,
    more: custom({
      member_lvel: 'Notes',
      member_level: '{ from: Notes, lookup: { A: gold, B: platinum }, default: Gold }',
      since: '{ const: tomorrow }',
    }),
  });
  const error: unknown = await it.run().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  const { message } = error as ConfigError;
  expect(message).toMatch(/yaml:22:\d+ mapping\.user_fields\.member_lvel: .*Did you mean "member_level"\?/);
  expect(message).toMatch(/yaml:23:\d+ mapping\.user_fields\.member_level\.lookup\.B: "platinum": .*Allowed: gold/);
  expect(message).toMatch(/yaml:24:\d+ mapping\.user_fields\.since\.const: "tomorrow": not a date/);
  expect(message).toContain('3 problems');
  expect(writes(it)).toEqual([]);
});

test('after an option is added in Zendesk, the next sync takes the rejected customer up by itself', async () => {
  const it = await startTestEnvironment({ customers: 0, more: custom({ member_level: 'Notes' }) });
  it.box.quickbooks.company.upsert(customer(1, { Notes: 'platinum' }));
  expect((await it.run()).tallies.rejected).toBe(1);
  const level = it.box.zendesk.customFields.byKey.get('member_level');
  if (level)
    level.custom_field_options = [
      ...(level.custom_field_options ?? []),
      { id: 1, name: 'Platinum', value: 'platinum' },
    ];
  expect((await it.run()).tallies).toMatchObject({ read: 1, created: 1 });
  expect((await it.run({ full: true })).tallies).toMatchObject({ unchanged: 1 });
});

test('a multiselect, a box and a lookup come back as they were sent, and nothing is written twice', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: custom({ topics: 'Notes', vip: 'Title', of: 'ResaleNum' }),
  });
  const { define } = it.box.zendesk.customFields;
  const options = ['tea', 'cake'].map((value) => ({ name: value.toUpperCase(), value }));
  define({ key: 'topics', type: 'multiselect', title: 'Topics', custom_field_options: options });
  define({ key: 'vip', type: 'checkbox', title: 'VIP', tag: 'is_vip' });
  define({ key: 'of', type: 'lookup', title: 'Of', relationship_target_type: 'zen:user' });
  it.box.quickbooks.company.upsert(customer(1, { Notes: 'TEA, cake', Title: 'yes', ResaleNum: '361' }));
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({
    user_fields: { topics: ['cake', 'tea'], vip: true, of: '361' },
    tags: ['cake', 'is_vip', 'quickbooks', 'tea'],
  });
  it.box.zendesk.resetRequests();
  expect((await it.run({ full: true })).tallies).toMatchObject({ unchanged: 1 });
  it.box.quickbooks.company.upsert(customer(1, { Notes: 'tea', Title: 'no', ResaleNum: '361' }));
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({
    user_fields: { topics: ['tea'], vip: false },
    tags: ['quickbooks', 'tea'],
  });
});

test('a name of any alphabet matches a pattern of letters, here and in Zendesk', async () => {
  const it = await startTestEnvironment({ customers: 0, more: custom({ family: 'FamilyName' }) });
  it.box.zendesk.customFields.define({
    key: 'family',
    type: 'regexp',
    title: 'Family name',
    regexp_for_validation: String.raw`\A[[:alpha:]]+\z`,
  });
  for (const [id, FamilyName] of [
    [1, 'Miller'],
    [2, 'Müller'],
    [3, 'R2D2'],
  ] as const)
    it.box.quickbooks.company.upsert(customer(id, { FamilyName }));
  const report = await it.run();
  expect(report).toMatchObject({
    tallies: { created: 2, rejected: 1 },
    rejects: [{ key: '3', code: 'invalid-field' }],
  });
  expect([1, 2].map((id) => userOf(it.box, id))).toMatchObject([
    { user_fields: { family: 'Miller' } },
    { user_fields: { family: 'Müller' } },
  ]);
});

test('values of a field whose pattern Rolodesk cannot evaluate are sent, Zendesk decides, and a warning counts them', async () => {
  const it = await startTestEnvironment({ customers: 0, more: custom({ code: 'Notes' }) });
  const regexp = String.raw`\A(a)?(?(1)b|c)\z`;
  it.box.zendesk.customFields.define({ key: 'code', type: 'regexp', title: 'Code', regexp_for_validation: regexp });
  it.box.quickbooks.company.upsert(customer(1, { Notes: 'ab' }));
  const report = await it.run();
  expect(report).toMatchObject({ tallies: { created: 1 } });
  expect(report.warnings).toMatchObject([
    { code: 'field-unchecked', message: expect.stringContaining('cannot evaluate') },
  ]);
});

test('values of a field whose pattern ran away are sent, and a warning counts them', async () => {
  const regexp = String.raw`\A(a+)+\z`;
  // As a run meets it; the twin has no bound of its own, so it is not shown such a value.
  coerceFieldValue({ key: 'code', type: 'regexp', regexp, isActive: true }, `${'a'.repeat(60)}b`);
  const it = await startTestEnvironment({ customers: 0, more: custom({ code: 'Notes' }) });
  it.box.zendesk.customFields.define({ key: 'code', type: 'regexp', title: 'Code', regexp_for_validation: regexp });
  for (const id of [1, 2]) it.box.quickbooks.company.upsert(customer(id, { Notes: 'aaa' }));
  const report = await it.run();
  expect(report).toMatchObject({ tallies: { created: 2 } });
  expect(report.warnings).toMatchObject([
    { code: 'field-unchecked', message: expect.stringContaining('went unchecked for 2 customers') },
  ]);
});

test('tags that a custom field sets are not fought over: neither added, nor taken away, nor left stale', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: `mapping:\n  tags: [quickbooks, "{{ Title }}"]\n  user_fields: { member_level: Notes }\n`,
  });
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, { Notes: 'gold', Title: 'gold' }));
  const report = await it.run();
  expect(report.warnings).toMatchObject([
    {
      code: 'field-left-out',
      message: expect.stringMatching(
        /^tags \(rolodesk\.yaml:21\) was left out for 1 customer: a tag that a custom field sets/,
      ),
    },
  ]);
  // Field and tags change in one write.
  company.upsert(customer(1, { Notes: 'silver', Title: 'friend' }));
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({
    user_fields: { member_level: 'silver' },
    tags: ['friend', 'quickbooks', 'silver'],
  });
  // Ours goes, the field's stays.
  company.upsert(customer(1, { Notes: 'silver', Title: '' }));
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ user_fields: { member_level: 'silver' }, tags: ['quickbooks', 'silver'] });
});

test('a tag of ours that became a field’s is left to the field', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'mapping:\n  tags: [vip]\n' });
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  it.box.zendesk.customFields.define({ key: 'is_vip', type: 'checkbox', title: 'VIP', tag: 'vip' });
  const id = userOf(it.box, 1)?.id ?? 0;
  it.box.zendesk.edit(id, { user_fields: { is_vip: true } });
  it.configure('mapping:\n  tags: [friend]\n');
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ tags: ['friend', 'vip'], user_fields: { is_vip: true } });
});

test('time zone, locale, photo and role: as Zendesk names them, sent when they change, never compared wrongly', async () => {
  const more = `mapping:
  time_zone: Notes
  locale: Title
  remote_photo_url: WebAddr.URI
  role: end-user
`;
  const it = await startTestEnvironment({ customers: 0, more });
  const { company } = it.box.quickbooks;
  const at = (Notes: string, Title: string, snapshot: string) =>
    customer(1, { Notes, Title, WebAddr: { URI: snapshot } });
  company.upsert(at('W. Europe Standard Time', 'de-AT', 'https://example.com/1.png'));
  company.upsert(customer(2, { Notes: 'the moon', Title: 'xx-klingon-no', WebAddr: { URI: 'no address' } }));
  const first = await it.run();
  expect(first.tallies).toMatchObject({ created: 2 });
  expect(first.warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^time_zone \(rolodesk\.yaml:21\) was left out for 1 customer/),
    expect.stringMatching(/^locale \(rolodesk\.yaml:22\) was left out for 1 customer: not a locale/),
    expect.stringMatching(/^remote_photo_url \(rolodesk\.yaml:23\) was left out for 1 customer/),
  ]);
  const user = userOf(it.box, 1);
  expect(user).toMatchObject({ time_zone: 'Berlin', locale: 'de', role: 'end-user', photo: { file_name: '1.png' } });
  expect(userOf(it.box, 2)).toMatchObject({ time_zone: 'Pacific Time (US & Canada)', locale: 'en-US' });

  // Zendesk shows the zone by its other name; the photo not at all.
  it.box.zendesk.edit(user?.id ?? 0, { time_zone: 'Europe/Berlin' });
  expect((await it.run({ full: true })).tallies.rejected).toBe(0);
  it.box.zendesk.resetRequests();
  expect((await it.run({ full: true })).tallies).toMatchObject({ unchanged: 2 });
  expect(writes(it)).toEqual([]);

  company.upsert(at('Europe/Berlin', 'de', 'https://example.com/2.png'));
  const changed = await it.run();
  expect(changed.tallies).toMatchObject({ updated: 1 });
  const [result] = await resultsOf(it, changed.run);
  expect(result?.changes).toEqual({ remote_photo_url: [null, 'https://example.com/2.png'] });
  expect(userOf(it.box, 1)).toMatchObject({ photo: { file_name: '2.png' } });
});

test('a role other than end-user is refused with its line', async () => {
  const it = await startTestEnvironment({ customers: 1, more: 'mapping:\n  role: agent\n' });
  await expect(it.run()).rejects.toThrow(
    /yaml:21:\d+ mapping\.role: expected end-user: Rolodesk makes no agents or admins/,
  );
});

test('a template that fails on one customer sets that one aside, with its line', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: `mapping:\n  notes: '{{ Notes | country: Title }}'\n`,
  });
  it.box.quickbooks.company.upsert(customer(1, { Notes: 'Germany', Title: 'name' }));
  it.box.quickbooks.company.upsert(customer(2, { Notes: 'Germany', Title: 'Mr Secret' }));
  const report = await it.run();
  expect(report.rejects).toEqual([
    { key: '2', code: 'mapping-failed', message: 'notes (rolodesk.yaml:21): the rule fails on this customer.' },
  ]);
  expect(userOf(it.box, 1)).toMatchObject({ notes: 'Germany' });
});

test('credentials that may not read the fields: the run goes on and says that nothing was checked', async () => {
  const it = await startTestEnvironment({ customers: 0, more: custom({ member_level: 'Notes' }) });
  it.box.zendesk.faults.add({ fault: '403', path: 'user_fields' });
  it.box.quickbooks.company.upsert(customer(1, { Notes: 'gold' }));
  const report = await it.run();
  expect(report).toMatchObject({
    outcome: 'completed',
    tallies: { created: 1 },
    warnings: [{ code: 'fields-unknown' }],
  });
});
