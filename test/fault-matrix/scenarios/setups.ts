import { rowsPerPage } from '../../../src/connectors/quickbooks/limits.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import type { CommandContext } from './actions.ts';

/** What has happened before anything goes wrong. */

export const mail = (address: string) => ({ PrimaryEmailAddr: { Address: address } });
export function put(cli: CommandContext, from: number, to: number, fields: (id: number) => object = () => ({})): void {
  for (let id = from; id <= to; id += 1) cli.box.quickbooks.company.upsert(customer(id, { ...fields(id) }));
}

export async function settled(cli: CommandContext): Promise<void> {
  const { outcome } = await cli.run();
  if (outcome !== 'completed') throw new Error(`The prelude ended ${outcome}.`);
  // Longer than the export lags: the directory of the run to come knows what was written here.
  cli.clock.pass(600_000);
}

/** Everything that a second run can meet: updates, moved and swapped addresses, refused creates, deactivations, a merge. */
export const moveOn =
  (customers: number) =>
  async (cli: CommandContext): Promise<void> => {
    const { company } = cli.box.quickbooks;
    put(cli, 1, customers + 3);
    await settled(cli);
    put(cli, 1, customers, (id) => ({ PrimaryPhone: { FreeFormNumber: `(650) 555-${1000 + id}` } }));
    put(cli, 1, 2, (id) => mail(`moved${id}@example.org`));
    put(cli, 3, 3, () => mail('c4@example.com'));
    put(cli, 4, 4, () => mail('c3@example.com'));
    for (const id of [customers + 1, customers + 2]) company.deactivate(String(id));
    company.remove(String(customers + 3));
    put(cli, 201, 203);
    takenByHand(cli, 201, 202);
  };
/** Users too young for the export: only the refusal of a create shows them, of one by its address, of one by a second one. */
export function takenByHand({ box, clock }: CommandContext, first: number, second: number): void {
  const { users } = box.zendesk;
  users.create({ name: 'By hand', email: `c${first}@example.com`, skip_verify_email: true });
  const two = users.create({ name: 'Two', email: 'two@example.net', skip_verify_email: true });
  users.addIdentity(two, `c${second}@example.com`, true);
  clock.pass(10_000);
}

/** So many pages, of which the first alone makes a job: the rest are inactive customers. */
export function putPages(cli: CommandContext, pages: number, first = 1): void {
  put(cli, first, first + 104);
  put(cli, first + 105, first + (pages - 1) * rowsPerPage, () => ({ Active: false }));
}

/** Changes that fill so many pages, after a checkpoint. */
export const manyChanges =
  (pages: number) =>
  async (cli: CommandContext): Promise<void> => {
    put(cli, 1, 2);
    await settled(cli);
    putPages(cli, pages, 10);
  };

/** A second sync that is worth an undo. */
export async function secondSync(cli: CommandContext, creates: number): Promise<void> {
  put(cli, 1, 10);
  await settled(cli);
  put(cli, 1, 6, (id) => ({ DisplayName: `New ${id}` }));
  put(cli, 1, 2, (id) => mail(`moved${id}@example.org`));
  put(cli, 301, 300 + creates);
  await settled(cli);
}

/** Organizations, further addresses and numbers, as a customer's notes say it. */
export const related = (said: object) => ({ Notes: JSON.stringify(said) });
export const acme = { external_id: 'acme', name: 'Acme' };
export const blue = { external_id: 'blue', name: 'Blue Heron' };
const cedar = { external_id: 'cedar', name: 'Cedar' };

/** Customers who leave an organization and join a new one, while another one changes; their further addresses change too. */
export const moveRelated =
  (first: number) =>
  async (cli: CommandContext): Promise<void> => {
    const both = { organizations: [acme, blue], emails: ['first@example.net'], phones: ['+16505553311'] };
    put(cli, 1, first - 1);
    put(cli, first, first, () => related(both));
    put(cli, first + 1, first + 2, () => related({ organizations: [acme] }));
    await settled(cli);
    const moved = { organizations: [cedar, { ...acme, details: 'New' }], emails: ['second@example.net'], phones: [] };
    put(cli, 1, first - 1, (id) => ({ DisplayName: `New ${id}` }));
    put(cli, first, first, () => related(moved));
    put(cli, first + 1, first + 1, () => related({ organizations: [cedar] }));
  };

/** A second sync whose users come with organizations of their own, and with one that was there. */
export async function secondRelated(cli: CommandContext): Promise<void> {
  put(cli, 1, 2, () => related({ organizations: [acme] }));
  await settled(cli);
  put(cli, 301, 302, () => related({ organizations: [blue, acme] }));
  put(cli, 303, 304, () => related({ organizations: [cedar] }));
  await settled(cli);
}
