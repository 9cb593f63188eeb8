import type { CommandContext } from './actions.ts';
import { type Scenario, sync, undo } from './scenario.ts';
import { mail, put, settled } from './setups.ts';

const more =
  'organizations: { name: CompanyName }\npolicies:\n  sharedEmail: merge\n  maxDeactivations: 100\nmapping:\n  details: DisplayName\n';

/** A customer with a company of its own and this address. */
function at(cli: CommandContext, id: number, address: string, fields: object = {}): void {
  put(cli, id, id, () => ({ ...mail(address), CompanyName: `Company ${id}`, ...fields }));
}

function together(cli: CommandContext): void {
  for (const id of [1, 2, 3]) at(cli, id, 'a@example.com');
  for (const id of [4, 5]) at(cli, id, 'b@example.com');
  for (const id of [6, 7]) at(cli, id, `own${id}@example.com`);
  for (const id of [8, 9]) at(cli, id, 'c@example.com');
}

/** Customers with one address are one user. */
export const sharedScenarios = {
  sharedFirst: {
    title: 'a first sync of customers that share addresses',
    more,
    prepare: async (cli) => together(cli),
    act: sync(),
  },
  shared: {
    title: 'customers that leave a shared address, come to one, and are gone',
    more,
    prepare: partly,
    act: sync(),
  },
  undoShared: {
    title: 'an undo of that',
    more,
    isNoSync: true,
    prepare: async (cli) => {
      await partly(cli);
      await settled(cli);
    },
    act: undo,
  },
} satisfies Record<string, Scenario>;

async function partly(cli: CommandContext): Promise<void> {
  together(cli);
  await settled(cli);
  at(cli, 2, 'own2@example.com');
  at(cli, 3, 'a@example.com', { PrimaryPhone: { FreeFormNumber: '(650) 555-3311' } });
  // Its user goes with it.
  at(cli, 4, 'own4@example.com');
  // Has a user of its own, which is set aside.
  at(cli, 6, 'a@example.com');
  at(cli, 7, 'own7@example.com', { DisplayName: 'New 7' });
  cli.box.quickbooks.company.deactivate('8');
  for (const id of [20, 21]) at(cli, id, 'd@example.com');
}
