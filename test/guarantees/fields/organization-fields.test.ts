import { expect, test } from 'vitest';
import { check } from '../../../src/cli/handlers/check.ts';
import { applyFields, fields } from '../../../src/cli/handlers/fields/fields.ts';
import { commandContext } from '../../kit/environment/command-context.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';

/** Custom fields of organizations, which are held to what the account has as those of users are. */

const mapping = (rules: string) => `organizations:\n  name: CompanyName\n  organization_fields: { ${rules} }\n`;

async function withFields(more: string): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, more });
  const { organizationFields } = it.box.zendesk;
  organizationFields.define({ key: 'region', type: 'text', title: 'Region' });
  organizationFields.define({ key: 'since', type: 'date', title: 'Since' });
  organizationFields.define({ key: 'seats', type: 'integer', title: 'Seats' });
  const custom_field_options = [
    { name: 'Gold', value: 'gold' },
    { name: 'Silver', value: 'silver' },
  ];
  organizationFields.define({ key: 'tier', type: 'dropdown', title: 'Tier', custom_field_options });
  return it;
}

const company = (id: number, more: object) => customer(id, { CompanyName: `Company ${id}`, ...more });
const organizationsOf = ({ box }: TestEnvironment) =>
  [...box.zendesk.organizations.byId.values()].map(({ name, organization_fields: own }) => ({ name, ...own }));

test('a misspelt key fails check with its line and what was meant, and no run begins', async () => {
  const it = await withFields(mapping('regoin: BillAddr.City'));
  const { cli, printed } = commandContext(it);
  expect(await check(cli)).toBe(3);
  expect(printed()).toMatch(
    /yaml:\d+ organizations\.organization_fields\.regoin: Zendesk has no organization field with this key\. Did you mean "region"\?/,
  );
  await expect(it.run()).rejects.toMatchObject({ exitCode: 2 });
});

test('values are made what their fields take, and a second full run has nothing to do', async () => {
  const it = await withFields(
    mapping('region: BillAddr.City, since: MetaData.CreateTime, seats: Notes, tier: { const: Gold }'),
  );
  it.box.quickbooks.company.upsert(company(1, { BillAddr: { City: 'Bristol' }, Notes: '12' }));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 1 } });
  expect(organizationsOf(it)).toEqual([
    {
      name: 'Company 1',
      region: 'Bristol',
      since: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T00:00:00\+00:00$/),
      seats: 12,
      tier: 'gold',
    },
  ]);
  it.box.zendesk.resetRequests();
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 1, updated: 0 } });
  expect(Object.keys(it.box.zendesk.requests().byRoute)).not.toContain('PUT /api/v2/organizations/update_many');
});

test('a value that the field does not take rejects the record by name of the field, and nobody else', async () => {
  const it = await withFields(mapping('seats: Notes'));
  it.box.quickbooks.company.upsert(company(1, { Notes: 'a dozen' }));
  it.box.quickbooks.company.upsert(company(2, { Notes: '12' }));
  const report = await it.run();
  expect(report).toMatchObject({
    tallies: { created: 1, rejected: 1 },
    rejects: [{ key: '1', code: 'invalid-field' }],
  });
  expect(organizationsOf(it)).toEqual([{ name: 'Company 2', seats: 12 }]);
});

test('a constant that the field does not take is refused before a run', async () => {
  const it = await withFields(mapping('tier: { const: Platinum }'));
  await expect(it.run()).rejects.toThrow(/tier\.const: "Platinum": not one of the options/);
});

test('without the right to read the fields values go as they are, and that is reported', async () => {
  const it = await withFields(mapping('region: BillAddr.City'));
  it.box.zendesk.faults.add({ fault: '403', path: 'organization_fields' });
  it.box.quickbooks.company.upsert(company(1, { BillAddr: { City: 'Bristol' } }));
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 1 } });
  expect(report.warnings.map(({ code }) => code)).toEqual(['fields-unknown']);
  expect(organizationsOf(it)).toEqual([{ name: 'Company 1', region: 'Bristol' }]);
});

test('fields shows them, and apply makes those that are declared', async () => {
  const it = await withFields(
    `${mapping('plan: Notes')}organizationFields:\n  plan: { type: dropdown, title: Plan, options: [basic, pro] }\n  tier: { type: dropdown, title: Tier, options: { bronze: Bronze } }\n`,
  );
  const shown = commandContext(it);
  await fields(shown.cli);
  expect(shown.printed()).toContain('Zendesk organization fields');
  expect(shown.printed()).toContain('+ organization field plan (dropdown) "Plan"');
  expect(await applyFields(commandContext(it).cli, { yes: true })).toBe(0);
  const { byKey } = it.box.zendesk.organizationFields;
  expect(byKey.get('plan')).toMatchObject({ type: 'dropdown', title: 'Plan' });
  expect(byKey.get('tier')?.custom_field_options?.map(({ value }) => value)).toEqual(['gold', 'silver', 'bronze']);
  expect(it.box.zendesk.customFields.byKey.has('plan')).toBe(false);
  it.box.quickbooks.company.upsert(company(1, { Notes: 'Pro' }));
  await it.run();
  expect(organizationsOf(it)).toEqual([{ name: 'Company 1', plan: 'pro' }]);
});
