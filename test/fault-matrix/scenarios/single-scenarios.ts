import { type Scenario, single, sync } from './scenario.ts';
import { put, settled, takenByHand } from './setups.ts';

/** What is written one by one, where bulk import is off. */
export const singleScenarios = {
  single: {
    title: 'all kinds of writes without bulk import',
    more: single,
    prepare: async (cli) => {
      put(cli, 1, 8);
      await settled(cli);
      put(cli, 1, 3, (id) => ({ DisplayName: `New ${id}` }));
      for (const id of ['4', '5']) cli.box.quickbooks.company.deactivate(id);
      put(cli, 11, 13);
    },
    act: sync(),
  },
  singleUpdates: {
    title: 'updates without bulk import',
    more: single,
    prepare: async (cli) => {
      put(cli, 1, 3);
      await settled(cli);
      put(cli, 1, 2, (id) => ({ DisplayName: `New ${id}` }));
    },
    act: sync(),
  },
  singleTaken: {
    title: 'creates that are refused, without bulk import',
    more: single,
    prepare: async (cli) => {
      put(cli, 1, 1);
      await settled(cli);
      put(cli, 2, 3);
      takenByHand(cli, 2, 3);
    },
    act: sync(),
  },
  staleSearch: {
    title: 'a create that is refused, where the search still shows somebody deleted',
    more: single,
    prepare: async (cli) => {
      put(cli, 1, 2);
      const { users, setSearchLag } = cli.box.zendesk;
      const gone = users.create({ name: 'Gone', email: 'c1@example.com', skip_verify_email: true });
      await settled({ ...cli, run: () => cli.run({ keys: ['2'] }) });
      setSearchLag(3_600_000);
      users.remove(gone);
      const successor = users.create({ name: 'Heir', email: 'heir@example.net', skip_verify_email: true });
      users.addIdentity(successor, 'c1@example.com', true);
      cli.clock.pass(10_000);
    },
    act: sync(),
  },
  singleDeletes: {
    title: 'deletes without bulk import',
    more: single,
    prepare: async (cli) => {
      put(cli, 1, 4);
      await settled(cli);
      for (const id of ['1', '2']) cli.box.quickbooks.company.deactivate(id);
    },
    act: sync(),
  },
} satisfies Record<string, Scenario>;
