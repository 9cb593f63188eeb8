import { rowsPerPage } from '../../../src/connectors/quickbooks/limits.ts';
import { customer } from '../../kit/snapshots.ts';
import type { Stage } from './acts.ts';

/** What has happened before anything goes wrong. */

export const mail = (address: string) => ({ PrimaryEmailAddr: { Address: address } });
export function put(stage: Stage, from: number, to: number, fields: (id: number) => object = () => ({})): void {
  for (let id = from; id <= to; id += 1) stage.box.quickbooks.company.upsert(customer(id, { ...fields(id) }));
}

export async function settled(stage: Stage): Promise<void> {
  const { outcome } = await stage.run();
  if (outcome !== 'completed') throw new Error(`The prelude ended ${outcome}.`);
  // Longer than the export lags: the directory of the run to come knows what was written here.
  stage.clock.pass(600_000);
}

/** Everything that a second run can meet: updates, moved and swapped addresses, refused creates, deactivations, a merge. */
export const moveOn =
  (customers: number) =>
  async (stage: Stage): Promise<void> => {
    const { company } = stage.box.quickbooks;
    put(stage, 1, customers + 3);
    await settled(stage);
    put(stage, 1, customers, (id) => ({ PrimaryPhone: { FreeFormNumber: `(650) 555-${1000 + id}` } }));
    put(stage, 1, 2, (id) => mail(`moved${id}@example.org`));
    put(stage, 3, 3, () => mail('c4@example.com'));
    put(stage, 4, 4, () => mail('c3@example.com'));
    for (const id of [customers + 1, customers + 2]) company.deactivate(String(id));
    company.remove(String(customers + 3));
    put(stage, 201, 203);
    takenByHand(stage, 201, 202);
  };
/** Users too young for the export: only the refusal of a create tells of them, of one by its address, of one by a second one. */
export function takenByHand({ box, clock }: Stage, first: number, second: number): void {
  const { users } = box.zendesk;
  users.create({ name: 'By hand', email: `c${first}@example.com`, skip_verify_email: true });
  const two = users.create({ name: 'Two', email: 'two@example.net', skip_verify_email: true });
  users.addIdentity(two, `c${second}@example.com`, true);
  clock.pass(10_000);
}

/** So many pages, of which the first alone makes a job: the rest are inactive customers. */
export function putPages(stage: Stage, pages: number, first = 1): void {
  put(stage, first, first + 104);
  put(stage, first + 105, first + (pages - 1) * rowsPerPage, () => ({ Active: false }));
}

/** Changes that fill so many pages, after a checkpoint. */
export const manyChanges =
  (pages: number) =>
  async (stage: Stage): Promise<void> => {
    put(stage, 1, 2);
    await settled(stage);
    putPages(stage, pages, 10);
  };

/** A second sync that is worth taking back. */
export async function secondSync(stage: Stage, creates: number): Promise<void> {
  put(stage, 1, 10);
  await settled(stage);
  put(stage, 1, 6, (id) => ({ DisplayName: `New ${id}` }));
  put(stage, 1, 2, (id) => mail(`moved${id}@example.org`));
  put(stage, 301, 300 + creates);
  await settled(stage);
}

/** Organizations, further addresses and numbers, as a customer's notes say it. */
export const related = (said: object) => ({ Notes: JSON.stringify(said) });
export const acme = { external_id: 'acme', name: 'Acme' };
export const blue = { external_id: 'blue', name: 'Blue Heron' };
const cedar = { external_id: 'cedar', name: 'Cedar' };

/** Customers who leave an organization and join a new one, while another one changes; their further addresses change too. */
export const moveRelated =
  (first: number) =>
  async (stage: Stage): Promise<void> => {
    const both = { organizations: [acme, blue], emails: ['first@example.net'], phones: ['+16505553311'] };
    put(stage, 1, first - 1);
    put(stage, first, first, () => related(both));
    put(stage, first + 1, first + 2, () => related({ organizations: [acme] }));
    await settled(stage);
    const moved = { organizations: [cedar, { ...acme, details: 'New' }], emails: ['second@example.net'], phones: [] };
    put(stage, 1, first - 1, (id) => ({ DisplayName: `New ${id}` }));
    put(stage, first, first, () => related(moved));
    put(stage, first + 1, first + 1, () => related({ organizations: [cedar] }));
  };

/** A second sync whose users come with organizations of their own, and with one that was there. */
export async function secondBeside(stage: Stage): Promise<void> {
  put(stage, 1, 2, () => related({ organizations: [acme] }));
  await settled(stage);
  put(stage, 301, 302, () => related({ organizations: [blue, acme] }));
  put(stage, 303, 304, () => related({ organizations: [cedar] }));
  await settled(stage);
}
