import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { applyFields, fields } from '../../src/cli/handlers/fields/fields.ts';
import { declareFields } from '../../src/cli/handlers/fields/fields-of-source.ts';
import { declaredFieldsSchema } from '../../src/connectors/zendesk/fields/declared.ts';
import { commandContext } from '../kit/environment/command-context.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';

const declared = `fields:
  plan:
    type: dropdown
    title: Plan
    options: { basic: Basic, pro: Pro }
  member_level:
    type: dropdown
    title: Member level
    options: [gold, platinum]
  code: { type: regexp, title: Code, regexp: '\\A[A-Z]+\\z' }
  vip: { type: checkbox, title: VIP, tag: is_vip }
  of: { type: lookup, title: Of, target: "zen:organization" }
`;

test('shows the fields with types and options next to the rules, what is missing, and the source’s own', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: `mapping:\n  user_fields:\n    member_level: { from: CustomerTypeRef.name, default: gold }\n    plan: Notes\n${declared}`,
  });
  const { cli, printed } = commandContext(it);
  expect(await fields(cli)).toBe(0);
  const text = printed();
  expect(text).toMatch(
    /member_level {2}dropdown {2}rolodesk\.yaml:22\n {4}← \{ from: CustomerTypeRef\.name, default: gold \}/,
  );
  expect(text).toContain('    gold (Gold), silver (Silver), bronze (Bronze)\n');
  expect(text).toMatch(/since {9}date {6}-\n/);
  expect(text).toMatch(/Mapped, but not in Zendesk\n {2}plan {2}rolodesk\.yaml:23 {2}Notes/);
  expect(text).toContain('+ field plan (dropdown) "Plan": basic (Basic), pro (Pro)');
  expect(text).toContain('+ options of member_level: platinum');
  expect(text).toMatch(/QuickBooks Online: customers\n(.*\n)* {2}BillAddr\.City +string\n/);
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);

  const asJson = commandContext(it, { json: true });
  await fields(asJson.cli);
  expect(JSON.parse(asJson.printed())).toMatchObject({
    zendesk: [
      {
        key: 'member_level',
        type: 'dropdown',
        place: 'rolodesk.yaml:22',
        options: [{ value: 'gold', label: 'Gold' }, {}, {}],
      },
      { key: 'since', type: 'date' },
      { key: 'balance', type: 'decimal' },
    ],
    missing: [{ key: 'plan', rule: 'Notes' }],
    source: [{ name: 'customers', fields: expect.arrayContaining([{ path: 'Balance', type: 'number' }]) }],
  });
});

test('apply makes what is declared and missing, takes nothing away, and has nothing to do the next time', async () => {
  const it = await startTestEnvironment({ customers: 0, more: declared });
  const { customFields } = it.box.zendesk;
  const refusing = commandContext(it);
  await expect(applyFields(refusing.cli, { yes: false })).rejects.toMatchObject({ exitCode: 2 });
  expect(customFields.byKey.has('plan')).toBe(false);

  const { cli, printed } = commandContext(it);
  expect(await applyFields(cli, { yes: true })).toBe(0);
  expect(printed()).toContain('✔ plan');
  expect(customFields.byKey.get('plan')).toMatchObject({
    type: 'dropdown',
    title: 'Plan',
    custom_field_options: [
      { name: 'Basic', value: 'basic' },
      { name: 'Pro', value: 'pro' },
    ],
  });
  expect(customFields.byKey.get('code')).toMatchObject({ type: 'regexp', regexp_for_validation: '\\A[A-Z]+\\z' });
  expect(customFields.byKey.get('vip')).toMatchObject({ type: 'checkbox', tag: 'is_vip' });
  expect(customFields.byKey.get('of')).toMatchObject({ relationship_target_type: 'zen:organization' });
  const level = customFields.byKey.get('member_level')?.custom_field_options;
  expect(level?.map(({ value }) => value)).toEqual(['gold', 'silver', 'bronze', 'platinum']);

  it.box.zendesk.resetRequests();
  const again = commandContext(it, { json: true });
  expect(await applyFields(again.cli, { yes: false })).toBe(0);
  expect(JSON.parse(again.printed())).toEqual({ schemaVersion: 1, changes: [], applied: false });
  expect(Object.keys(it.box.zendesk.requests().byRoute).filter((route) => /^(PUT|POST) .*fields/.test(route))).toEqual(
    [],
  );
});

test('a type or a pattern that differs is reported with its line, and nothing at all is made', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: `fields:\n  since: { type: text, title: Since }\n  plan: { type: text, title: Plan }\n`,
  });
  await expect(applyFields(commandContext(it).cli, { yes: true })).rejects.toThrow(
    /yaml:21:\d+ fields\.since\.type: Zendesk has this field as date, and a type can't be changed/,
  );
  expect(it.box.zendesk.customFields.byKey.has('plan')).toBe(false);
});

test('only admins may apply: exit 3, and the command says who can', async () => {
  const it = await startTestEnvironment({ customers: 0, more: declared });
  it.box.zendesk.faults.add({ fault: '403', path: 'user_fields', method: 'POST' });
  await expect(applyFields(commandContext(it).cli, { yes: true })).rejects.toMatchObject({
    exitCode: 3,
    code: 'fields-forbidden',
  });
});

test.each([
  ['plan: { type: dropdown, title: Plan }', /fields\.plan\.options: missing/],
  ['plan: { type: dropdown, title: Plan, options: { "Two Words": x } }', /lower case, no spaces/],
  ['plan: { type: dropdwon, title: Plan }', /fields\.plan/],
  ['"42": { type: text, title: Plan }', /not digits alone/],
  ['plan: { type: text, title: Plan, options: [a] }', /fields\.plan\.options: unknown key/],
])('a declaration that cannot be: %s', async (field, message) => {
  const it = await startTestEnvironment({ customers: 0, more: `fields:\n  ${field}\n` });
  await expect(it.pipeline()).rejects.toThrow(message);
});

test('--from-source: the fields of the Zendesk that is read from, as declarations, or made in the other one', async () => {
  const it = await startTestEnvironment({
    from: 'zendesk',
    customers: 1,
    more: 'fields: { visits: { type: text, title: Ours } }',
  });
  const { zendeskSource: there, zendesk: here } = it.box;
  there?.customFields.define({ key: 'gone', type: 'text', title: 'Gone', active: false });
  there?.customFields.define({ key: 'of', type: 'lookup', title: 'Of', relationship_target_type: 'zen:organization' });
  const shown = commandContext(it);
  expect(await fields(shown.cli)).toBe(0);
  expect(shown.printed()).toMatch(/Mapped, but not in Zendesk\n {2}nickname {2}built in/);
  expect(shown.printed()).toMatch(/member_level.*\n {4}← built in/);
  const reported = commandContext(it);
  expect(await declareFields(reported.cli)).toBe(0);
  const declarations = parse(reported.printed());
  expect(Object.keys(declarations.fields).sort()).toEqual(
    'balance contract interests member_level newsletter nickname remarks since visits'.split(' '),
  );
  expect(declarations.fields).toMatchObject({
    contract: { type: 'regexp', title: 'Contract', regexp: String.raw`\A[A-Z]{2}-[0-9]{4}\z` },
    interests: { type: 'multiselect', options: { roses: 'Roses', fruit_trees: 'Fruit trees', tools: 'Tools' } },
    newsletter: { type: 'checkbox', title: 'Newsletter', tag: 'newsletter' },
  });
  expect(declaredFieldsSchema.safeParse(declarations.fields).success).toBe(true);

  expect(await applyFields(commandContext(it).cli, { yes: true, fromSource: true })).toBe(0);
  expect(here.customFields.byKey.get('visits')).toMatchObject({ type: 'text', title: 'Ours' });
  expect(here.customFields.byKey.get('interests')?.custom_field_options).toMatchObject([
    { name: 'Roses', value: 'roses' },
    { name: 'Fruit trees', value: 'fruit_trees' },
    { name: 'Tools', value: 'tools' },
  ]);
  expect([...here.customFields.byKey.keys()]).not.toContain('gone');
  const again = commandContext(it, { json: true });
  expect(await applyFields(again.cli, { yes: true, fromSource: true })).toBe(0);
  expect(JSON.parse(again.printed())).toEqual({ schemaVersion: 1, changes: [], applied: false });
});

test('--from-source of a source that has no such fields says so', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  await expect(declareFields(commandContext(it).cli)).rejects.toThrow('quickbooks has no custom fields');
});
