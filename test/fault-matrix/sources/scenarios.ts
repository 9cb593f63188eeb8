import type { CommandContext } from '../scenarios/actions.ts';
import { type Scenario, sync } from '../scenarios/scenario.ts';
import { settled } from '../scenarios/setups.ts';
import type { HttpApi } from './http-api.ts';

/** What is read from another Zendesk account, and from a REST API. */

const longAgoMs = 86_400_000;
const aWhileMs = 600_000;

function oldAccount({ box }: CommandContext) {
  if (!box.zendeskSource) throw new Error('Nothing is read from a Zendesk account.');
  return box.zendeskSource;
}

function apiOf({ api }: CommandContext): HttpApi {
  if (!api) throw new Error('Nothing is read from a REST API.');
  return api;
}

/** People of the old account; those of `joined` with two organizations and a further address. */
function people(cli: CommandContext, from: number, to: number, joined = 0): void {
  const { users, organizations } = oldAccount(cli);
  const companies = ['Acme', 'Blue Heron'].map((name) => organizations.byName(name) ?? organizations.create({ name }));
  for (let n = from; n <= to; n += 1) {
    const user = users.create({ name: `Person ${n}`, email: `p${n}@example.com`, skip_verify_email: true });
    if (n < from + joined) {
      users.addIdentity(user, `more${n}@example.net`, true);
      for (const [position, one] of companies.entries()) organizations.join(user, one, position === 0);
    }
    if (from === 1) users.age(user, longAgoMs);
  }
}

/** Everything that a later read of the old account can meet: who changed, who came, who is gone, and who is an agent now. */
async function accountMovesOn(cli: CommandContext): Promise<void> {
  people(cli, 1, 6, 3);
  await settled(cli);
  const { users, organizations, edit } = oldAccount(cli);
  const [first, second, third, fourth] = [...users.byId.values()].filter(({ role }) => role === 'end-user');
  if (!first || !second || !third || !fourth) throw new Error('The old account has too few people.');
  edit(first.id, { name: 'New 1' });
  organizations.join(second, organizations.create({ name: 'Cedar' }), true);
  edit(second.id, { name: 'New 2' });
  users.remove(third);
  edit(fourth.id, { name: 'New 4' });
  people(cli, 11, 12, 1);
  cli.clock.pass(aWhileMs);
}

/** A scan of three pages that broke off before its last one. */
async function brokenOff(cli: CommandContext, faults: { add(rule: object): void; clear(): void }): Promise<void> {
  const { error } = await cli.run();
  if (!error) throw new Error('The scan was to break off.');
  faults.clear();
  cli.clock.pass(aWhileMs);
}

function customers(cli: CommandContext, from: number, to: number): void {
  for (let id = from; id <= to; id += 1) apiOf(cli).put(id);
}

async function apiMovesOn(cli: CommandContext): Promise<void> {
  customers(cli, 1, 6);
  await settled(cli);
  const api = apiOf(cli);
  for (const id of [1, 2]) api.put(id, { name: `New ${id}` });
  api.put(3, { status: 'closed' });
  customers(cli, 11, 12);
}

const changesOnly = '  incremental: { param: changed_since }\n';
const mapping = 'mapping: { name: name, email: contact.email }\n';
const few = 'policies: { maxDeactivations: 2 }\n';
const rest = { source: 'cursor', moreOfSource: changesOnly, more: mapping } as const;

export const sourceScenarios = {
  accountFirst: {
    title: 'a first migration',
    source: 'zendesk',
    prepare: async (cli) => people(cli, 1, 6, 3),
    act: sync(),
  },
  accountAlone: {
    title: 'the same, where identities do not come along with users',
    source: 'zendesk',
    prepare: async (cli) => {
      oldAccount(cli).setSideloads(false);
      people(cli, 1, 6, 3);
    },
    act: sync(),
  },
  accountPages: {
    title: 'a first migration of four pages, one job at a time',
    source: 'zendesk',
    more: '  maxJobs: 1\n',
    prepare: async (cli) => people(cli, 1, 301),
    act: sync(),
  },
  accountResumed: {
    title: 'a migration that goes on in the middle of its scan',
    source: 'zendesk',
    prepare: async (cli) => {
      people(cli, 1, 201, 3);
      const { faults } = oldAccount(cli);
      faults.add({ fault: '400', route: 'GET /api/v2/users', nth: 3 });
      await brokenOff(cli, faults);
    },
    act: sync(),
  },
  accountChanges: {
    title: 'a migration of what has changed',
    source: 'zendesk',
    prepare: accountMovesOn,
    act: sync({ allowDeactivations: 10 }),
  },
  accountKeys: {
    title: 'a migration of a few people by key',
    source: 'zendesk',
    isByKey: true,
    prepare: async (cli) => people(cli, 1, 2),
    act: sync({ keys: ['361000000008', '361000000010', '99'] }),
  },
  restFirst: {
    title: 'a first sync of a REST API',
    ...rest,
    prepare: async (cli) => customers(cli, 1, 6),
    act: sync(),
  },
  restPages: {
    title: 'a first sync of a REST API of three pages',
    ...rest,
    prepare: async (cli) => customers(cli, 1, 201),
    act: sync(),
  },
  restLinks: {
    title: 'the same, where each page has the address of the next one',
    ...rest,
    source: 'next',
    prepare: async (cli) => customers(cli, 1, 201),
    act: sync(),
  },
  restResumed: {
    title: 'a sync of a REST API that goes on in the middle of its scan',
    ...rest,
    prepare: async (cli) => {
      customers(cli, 1, 201);
      const { faults } = apiOf(cli);
      faults.add({ fault: 'page', text: '200' });
      await brokenOff(cli, faults);
    },
    act: sync(),
  },
  restChanges: { title: 'a sync of what has changed in a REST API', ...rest, prepare: apiMovesOn, act: sync() },
  restWhole: {
    title: 'a second sync of a REST API that does not say what has changed',
    source: 'cursor',
    more: `${mapping}${few}`,
    prepare: async (cli) => {
      await apiMovesOn(cli);
      apiOf(cli).remove(4);
    },
    act: sync(),
  },
} satisfies Record<string, Scenario>;
