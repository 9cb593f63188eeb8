import { sourceScenarios } from '../sources/scenarios.ts';
import { act } from './actions.ts';
import { mergeScenarios } from './merge-scenarios.ts';
import { moneyScenarios } from './money-scenarios.ts';
import { relatedScenarios } from './related-scenarios.ts';
import { type Scenario, single, sync, undo } from './scenario.ts';
import { mail, manyChanges, moveOn, put, putPages, secondRelated, secondSync, settled } from './setups.ts';
import { sharedScenarios } from './shared-scenarios.ts';
import { singleScenarios } from './single-scenarios.ts';

export type ScenarioName = keyof typeof table;

const few = 6;
const lostReply = { fault: 'reset-after', path: 'create_many', times: 1 } as const;
const declared = `fields:
  plan: { type: text, title: Plan }
  member_level: { type: dropdown, title: Member level, options: { platinum: Platinum, iron: Iron } }
`;
/** The access tokens of both sides die several times while jobs go on. */
const shortLived = { tokenTtlSeconds: 20, jobLatencyMs: 30_000 };

const table = {
  ...singleScenarios,
  ...relatedScenarios,
  ...moneyScenarios,
  ...sharedScenarios,
  ...mergeScenarios,
  ...sourceScenarios,
  few: { title: 'a first sync of a few customers', prepare: async (cli) => put(cli, 1, 6), act: sync() },
  first: {
    title: 'a first sync into an account that has users',
    twins: { customers: 130, users: 110, seed: 3 },
    act: sync(),
  },
  second: { title: 'a second sync after all kinds of changes', prepare: moveOn(few), act: sync() },
  many: { title: 'the same, with more updates than a job takes', prepare: moveOn(105), act: sync() },
  slowMany: { title: 'the same, read slowly', isReadSlowly: true, prepare: moveOn(105), act: sync() },
  createsFirst: {
    title: 'the second sync, with creates that end before the updates',
    twins: { jobLatencySpreadMs: 20_000, seed: 1 },
    prepare: moveOn(few),
    act: sync(),
  },
  updatesFirst: {
    title: 'the second sync, with updates that end before the creates',
    twins: { jobLatencySpreadMs: 20_000, seed: 5 },
    prepare: moveOn(few),
    act: sync(),
  },
  updates: {
    title: 'updates alone',
    prepare: async (cli) => {
      put(cli, 1, 4);
      await settled(cli);
      put(cli, 1, 3, (id) => ({ DisplayName: `New ${id}` }));
    },
    act: sync(),
  },
  long: {
    title: 'the second sync, with jobs that outlive the access tokens',
    twins: shortLived,
    prepare: moveOn(few),
    act: sync({ full: true }),
  },
  rotating: {
    title: 'the same with a refresh token at Zendesk',
    twins: shortLived,
    more: '    refreshToken: sandbox-zendesk-refresh\n',
    prepare: moveOn(few),
    act: sync({ full: true }),
  },
  refreshing: {
    title: 'a first sync with a refresh token at Zendesk',
    more: '    refreshToken: sandbox-zendesk-refresh\n',
    prepare: async (cli) => put(cli, 1, 6),
    act: sync(),
  },
  oneJob: {
    title: 'a first sync with one job at a time',
    more: '  maxJobs: 1\n',
    prepare: async (cli) => put(cli, 1, 105),
    act: sync(),
  },
  expired: {
    title: 'the same, with an access token that QuickBooks takes no more in mid-read',
    prepare: async (cli) => putPages(cli, 3),
    malform: ({ box }) => box.quickbooks.faults.add({ fault: '3200', path: '/query', moment: 'during', times: 1 }),
    act: sync(),
  },
  pages: {
    title: 'a first sync of three pages',
    prepare: async (cli) => putPages(cli, 3),
    act: sync(),
  },
  slowPages: {
    title: 'a first sync of two pages, read slowly',
    twins: { tokenTtlSeconds: 100 },
    isReadSlowly: true,
    prepare: async (cli) => putPages(cli, 2),
    act: sync(),
  },
  changes: { title: 'three pages of changes', prepare: manyChanges(3), act: sync() },
  slowChanges: { title: 'two pages of changes, read slowly', isReadSlowly: true, prepare: manyChanges(2), act: sync() },
  only: {
    title: 'a sync of a few customers by key',
    prepare: async (cli) => put(cli, 1, 3),
    act: sync({ keys: ['1', '2', '3', '99'] }),
  },
  onlyMany: {
    title: 'a sync of many customers by key, in a dozen queries, most of them for nobody',
    prepare: async (cli) => {
      put(cli, 1, 105);
      put(cli, 1_001, 1_100);
      put(cli, 2_001, 2_001);
    },
    act: sync({ keys: Array.from({ length: 3_000 }, (_, index) => String(index + 1)) }),
  },
  deletes: {
    title: 'inactive customers, policy delete, one job at a time',
    more: '  maxJobs: 1\npolicies:\n  inactive: delete\n',
    prepare: async (cli) => {
      put(cli, 1, 106);
      await settled(cli);
      for (let id = 1; id <= 104; id += 1) cli.box.quickbooks.company.deactivate(String(id));
    },
    act: sync({ allowDeactivations: 1000 }),
  },
  address: {
    title: 'one customer with another address',
    prepare: async (cli) => {
      put(cli, 1, 3);
      await settled(cli);
      put(cli, 1, 1, () => mail('moved@example.org'));
    },
    act: sync(),
  },
  ownSecond: {
    title: "an address that is the user's own second one",
    prepare: async (cli) => {
      put(cli, 1, 3);
      await settled(cli);
      const { users } = cli.box.zendesk;
      const user = users.holderOf('c1@example.com');
      if (user) users.addIdentity(user, 'moved@example.org', true);
      put(cli, 1, 1, () => mail('moved@example.org'));
    },
    act: sync(),
  },
  swap: {
    title: 'two customers who swap addresses',
    prepare: async (cli) => {
      put(cli, 1, 3);
      await settled(cli);
      put(cli, 1, 1, () => mail('c2@example.com'));
      put(cli, 2, 2, () => mail('c1@example.com'));
    },
    act: sync(),
  },
  swapRelated: {
    title: 'two customers who swap addresses, each with another one that is not ours',
    prepare: async (cli) => {
      put(cli, 1, 3);
      await settled(cli);
      const { users } = cli.box.zendesk;
      for (const id of [1, 2]) {
        const user = users.holderOf(`c${id}@example.com`);
        if (user) users.addIdentity(user, `theirs${id}@example.net`, true);
      }
      put(cli, 1, 1, () => mail('c2@example.com'));
      put(cli, 2, 2, () => mail('c1@example.com'));
    },
    act: sync(),
  },
  merged: {
    title: 'a user that was merged into another one in Zendesk',
    prepare: async (cli) => {
      put(cli, 1, 3);
      await settled(cli);
      const { users, merge } = cli.box.zendesk;
      const winner = users.create({ name: 'Private', email: 'private@example.net', skip_verify_email: true });
      const loser = users.holderOf('c1@example.com');
      if (loser) merge(loser, winner);
      cli.clock.pass(600_000);
      put(cli, 1, 2, (id) => ({ DisplayName: `New ${id}` }));
    },
    act: sync(),
  },
  lost: {
    title: 'a bulk request whose reply is lost, its job in flight',
    twins: { jobLatencyMs: 20_000 },
    prepare: async (cli) => put(cli, 1, 6),
    malform: ({ box }) => box.zendesk.faults.add(lostReply),
    act: sync(),
  },
  lostAfter: {
    title: 'a bulk request whose reply is lost, its job at its end',
    twins: { jobLatencyMs: 0 },
    prepare: async (cli) => put(cli, 1, 6),
    malform: ({ box }) => box.zendesk.faults.add(lostReply),
    act: sync(),
  },
  lostCommas: {
    title: 'a bulk request whose reply is lost, of ids that hold commas',
    twins: { jobLatencyMs: 0 },
    more: 'mapping:\n  external_id: "{{ DisplayName }}, {{ Id }}"\n',
    prepare: async (cli) => put(cli, 1, 6),
    malform: ({ box }) => box.zendesk.faults.add(lostReply),
    act: sync(),
  },
  identityLost: {
    title: 'a bulk request whose reply is lost, where our ids are kept in a custom field',
    more: 'identity: { field: rolodesk_id }\n',
    prepare: async (cli) => {
      cli.box.zendesk.customFields.define({ key: 'rolodesk_id', type: 'text', title: 'Rolodesk id' });
      put(cli, 1, 3);
      put(cli, 4, 6, () => ({ PrimaryEmailAddr: undefined }));
    },
    malform: ({ box }) => box.zendesk.faults.add(lostReply),
    act: sync(),
  },
  identity: {
    title: 'a second sync after all kinds of changes, where our ids are kept in a custom field',
    more: 'identity: { field: rolodesk_id }\n',
    prepare: async (cli) => {
      cli.box.zendesk.customFields.define({ key: 'rolodesk_id', type: 'text', title: 'Rolodesk id' });
      await moveOn(few)(cli);
    },
    act: sync(),
  },
  companies: {
    title: 'a first sync of users in organizations, with custom fields of these',
    more: 'organizations: { name: CompanyName, organization_fields: { region: Notes } }\n',
    prepare: async (cli) => {
      cli.box.zendesk.organizationFields.define({ key: 'region', type: 'text', title: 'Region' });
      put(cli, 1, 4, () => ({ CompanyName: 'Acme', Notes: 'North' }));
    },
    act: sync(),
  },
  lostBefore: {
    title: 'a bulk request that never arrives',
    prepare: async (cli) => put(cli, 1, 6),
    malform: ({ box }) => box.zendesk.faults.add({ ...lostReply, fault: 'reset-before' }),
    act: sync(),
  },
  undo: { title: 'an undo', isNoSync: true, prepare: (cli) => secondSync(cli, 8), act: undo },
  undoMany: {
    title: 'an undo of more creates than a job takes',
    isNoSync: true,
    prepare: (cli) => secondSync(cli, 205),
    act: undo,
  },
  undoTickets: {
    title: 'the same, of whom some have tickets by now',
    isNoSync: true,
    prepare: async (cli) => {
      await secondSync(cli, 205);
      const { users } = cli.box.zendesk;
      for (const id of [302, 505]) users.tickets.set(users.holderOf(`c${id}@example.com`)?.id ?? 0, 1);
    },
    act: undo,
  },
  undoRelated: {
    title: 'an undo of users with organizations that came with them',
    isNoSync: true,
    mapsNotes: true,
    prepare: secondRelated,
    act: undo,
  },
  undoRelatedSingle: {
    title: 'the same without bulk import',
    isNoSync: true,
    mapsNotes: true,
    more: single,
    prepare: secondRelated,
    act: undo,
  },
  retry: {
    title: 'a retry of dead letters',
    prepare: async (cli) => {
      put(cli, 1, 6);
      cli.box.zendesk.setJobFault({ kind: 'rows-fail', rows: 4, details: 'Name: is invalid', times: 1 });
      await settled(cli);
    },
    act: sync({ kind: 'retry' }),
  },
  names: {
    title: 'a first sync that reads the names of types and terms, and the locales of the account',
    more: 'mapping:\n  notes: CustomerTypeRef.name\n  details: SalesTermRef.name\n  locale: { const: en-US }\n',
    prepare: async (cli) =>
      put(cli, 1, 4, () => ({ CustomerTypeRef: { value: '5000000000000003466' }, SalesTermRef: { value: '3' } })),
    act: sync(),
  },
  fields: {
    title: 'custom fields made as declared',
    isNoSync: true,
    more: declared,
    act: (actor) => act(async () => await actor.applyFields()),
  },
  check: {
    title: 'a check',
    isNoSync: true,
    prepare: async (cli) => put(cli, 1, 2),
    act: (actor) => act(async () => await actor.check()),
  },
} satisfies Record<string, Scenario>;

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = table;
