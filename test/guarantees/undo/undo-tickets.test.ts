import { expect, test } from 'vitest';
import { customer } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { undo } from '../../kit/environment/undo-helpers.ts';

/** Users whom a run made and who have tickets by now are suspended: also where nobody is asked for one by one. */

const many = 130;

async function withCustomers(): Promise<
  TestEnvironment & { readonly run: TestEnvironment['run']; readonly later: (ms: number) => void }
> {
  let now = Date.now();
  const it = await startTestEnvironment({ customers: 0, now: () => now, jobLatencyMs: 0, plan: 'unlimited' });
  for (let id = 1; id <= many; id += 1) it.box.quickbooks.company.upsert(customer(id));
  return {
    ...it,
    later: (ms) => {
      now += ms;
    },
  };
}

function giveTickets({ box }: TestEnvironment, key: number, count: number, createdAt?: number): void {
  box.zendesk.users.tickets.set(userOf(box, key)?.id ?? 0, count, createdAt === undefined ? {} : { createdAt });
}

const suspendedOf = ({ box }: TestEnvironment): readonly string[] =>
  [...box.zendesk.users.byId.values()]
    .filter(({ active }) => active)
    .map(({ name, suspended }) => `${name}${suspended ? ' suspended' : ''}`);

const asked = ({ box }: TestEnvironment, what: RegExp): number =>
  Object.entries(box.zendesk.requests().byRoute)
    .filter(([route]) => what.test(route))
    .reduce((sum, [, count]) => sum + count, 0);

test('who has a ticket is found out for all at once: an old one, one that was imported with a time before the run, one of this minute', async () => {
  const it = await withCustomers();
  const { run } = await it.run();
  giveTickets(it, 1, 2);
  giveTickets(it, 2, 1, Date.now() - 400 * 86_400_000);
  it.later(3_600_000);
  giveTickets(it, 3, 1);
  it.box.zendesk.resetRequests();
  const report = await undo(it, run);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: many } });
  expect(suspendedOf(it)).toEqual(['Customer 1 suspended', 'Customer 2 suspended', 'Customer 3 suspended']);
  expect(asked(it, /users\/\{id\}\/related/)).toBe(3);
  expect(asked(it, /incremental\/tickets/)).toBe(1);
  expect(report.requests.destination).toBeLessThan(many / 3);
});

test('where tickets may not be exported, or there are more of them than users, each user is asked for', async () => {
  const it = await withCustomers();
  const { run } = await it.run();
  giveTickets(it, 7, 2);
  it.later(3_600_000);
  it.box.zendesk.faults.add({ fault: '403', path: '/incremental/tickets' });
  it.box.zendesk.resetRequests();
  expect(await undo(it, run)).toMatchObject({ outcome: 'completed', tallies: { updated: many } });
  expect(suspendedOf(it)).toEqual(['Customer 7 suspended']);
  expect(asked(it, /users\/\{id\}\/related/)).toBe(many);

  const full = await withCustomers();
  const again = await full.run();
  full.box.zendesk.users.tickets.set(1, 4_000);
  giveTickets(full, 7, 2);
  full.later(3_600_000);
  full.box.zendesk.resetRequests();
  expect(await undo(full, again.run)).toMatchObject({ outcome: 'completed', tallies: { updated: many } });
  expect(suspendedOf(full)).toEqual(['Customer 7 suspended']);
  expect(asked(full, /incremental\/tickets/)).toBe(3);
});
