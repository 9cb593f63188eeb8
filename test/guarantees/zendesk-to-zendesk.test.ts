import { expect, test } from 'vitest';
import { runAudit } from '../../src/core/audit/run-audit.ts';
import { type Rehearsal, rehearse } from '../kit/rehearsal.ts';
import type { StageOptions } from '../kit/stage.ts';

/** Older than the last minute, which the export leaves out. */
const aWhileMs = 120_000;

/** Two accounts; the other one has the fields of the first. */
async function migration(options: StageOptions = {}) {
  const it = await rehearse({ from: 'zendesk', plan: 'unlimited', jobLatencyMs: 0, ...options });
  const { zendesk: here, zendeskSource: there } = it.box;
  if (!there) throw new Error('The sandbox has no second account.');
  for (const [key, field] of there.customFields.byKey)
    if (!here.customFields.byKey.has(key)) here.customFields.define({ ...field });
  return { it, here, there };
}

type Accounts = Awaited<ReturnType<typeof migration>>;
type Account = Accounts['here'];

async function audited({ open }: Rehearsal) {
  const { pipeline, context, close } = await open();
  try {
    const audit = await runAudit(pipeline, context);
    const entries = [...audit.entries()];
    audit.close();
    return { ...audit, entries };
  } finally {
    await close();
  }
}

/** What an admin would look at: a user with all that belongs to it, but for ids. */
function lookAt({ users, organizations }: Account, id: number) {
  const user = users.byId.get(id);
  if (!user) throw new Error(`No user ${id}.`);
  const { name, email, phone, alias, details, notes, time_zone, locale, suspended, tags, user_fields } = user;
  const plain = { name, email, phone, alias, details, notes, time_zone, locale, suspended, tags };
  const given = Object.entries(user_fields).filter(([, value]) => value !== null && value !== false);
  return {
    ...plain,
    user_fields: Object.fromEntries(given),
    identities: users
      .identitiesOf(id)
      .map(({ type, value, primary }) => `${type} ${value} ${primary}`)
      .sort(),
    organizations: organizations.membershipsOf(id).map(({ organization_id, default: isDefault }) => {
      const {
        id: _,
        external_id: __,
        created_at,
        updated_at,
        ...organization
      } = organizations.byId.get(organization_id) ?? {};
      return { ...organization, isDefault };
    }),
  };
}

const endUsers = ({ users }: Account) =>
  [...users.byId.values()].filter(({ role, active }) => role === 'end-user' && active);

/** The migrated user of a user of the other account. */
function userFor({ here }: Accounts, id: number) {
  const found = here.users.byExternalId(`zendesk:sandbox:${id}`);
  if (!found) throw new Error(`User ${id} was not migrated.`);
  return found;
}

test('3,000 users and 200 organizations go over whole, the audit finds no difference, and a second sync writes nothing', async () => {
  const accounts = await migration({ customers: 3000 });
  const { it, here, there } = accounts;
  expect(there.organizations.byId.size).toBe(200);
  const types = new Set([...there.customFields.byKey.values()].map(({ type }) => type));
  expect(types.size).toBeGreaterThanOrEqual(8);

  console.time('sync');
  expect(await it.run()).toMatchObject({
    outcome: 'completed',
    tallies: { read: 3000, created: 3000, skipped: 0, rejected: 0 },
    warnings: [],
  });
  console.timeEnd('sync');
  expect(here.organizations.byId.size).toBe(200);
  for (const { id } of endUsers(there)) expect(lookAt(here, userFor(accounts, id).id)).toEqual(lookAt(there, id));

  console.time('audit');
  expect(await audited(it)).toMatchObject({
    inStep: true,
    unlisted: [],
    warnings: [],
    source: { total: 3000, inStep: 3000 },
    destination: { total: 3000, inStep: 3000 },
  });
  console.timeEnd('audit');

  const before = here.writes().taken;
  expect(await it.run({ full: true })).toMatchObject({ tallies: { read: 3000, unchanged: 3000 } });
  expect(here.writes().taken).toBe(before);
}, 60_000);
