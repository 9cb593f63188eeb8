import { expect, test } from 'vitest';
import { customer, rehearse, userOf, usersOf } from '../kit/rehearsal.ts';

const suspended = (box: Awaited<ReturnType<typeof rehearse>>['box']): number =>
  usersOf(box).filter((user) => 'suspended' in user && user.suspended).length;

test('a customer that was merged away is told by change data capture, and its user is tagged', async () => {
  const { box, run } = await rehearse({ customers: 0 });
  box.quickbooks.company.upsert(customer(1));
  box.quickbooks.company.upsert(customer(2));
  await run();
  box.quickbooks.company.remove('1');
  expect(await run()).toMatchObject({ tallies: { updated: 1 } });
  expect(userOf(box, 1)).toMatchObject({ name: 'Customer 1', tags: ['quickbooks', 'quickbooks-inactive'] });
  expect(await run({ full: true })).toMatchObject({ tallies: { updated: 0, unchanged: 1 } });
});

test('vanished customers beyond the cap are held, suspended when allowed, and active again when they return', async () => {
  const { box, run } = await rehearse({ customers: 0, more: 'policies:\n  inactive: suspend\n' });
  for (let id = 1; id <= 30; id += 1) box.quickbooks.company.upsert(customer(id));
  await run();
  box.zendesk.edit(userOf(box, 9)?.id ?? 0, { suspended: true });
  for (let id = 1; id <= 10; id += 1) box.quickbooks.company.remove(String(id));
  box.quickbooks.company.upsert(customer(30, { DisplayName: 'Renamed' }));
  expect(await run({ full: true })).toMatchObject({
    outcome: 'held',
    tallies: { updated: 1, skipped: 10 },
    skips: { 'deactivation-cap': 10 },
  });
  expect(suspended(box)).toBe(1);
  expect(await run({ full: true, allowDeactivations: 10 })).toMatchObject({ outcome: 'completed' });
  expect(suspended(box)).toBe(10);
  for (let id = 1; id <= 10; id += 1) box.quickbooks.company.upsert(customer(id));
  await run();
  // Support had suspended number 9 by hand before: that stays.
  expect(usersOf(box).filter((user) => 'suspended' in user && user.suspended)).toEqual([userOf(box, 9)]);
});

test('a scan that was not whole takes nobody for vanished', async () => {
  const { box, run } = await rehearse({ customers: 0 });
  for (let id = 1; id <= 10; id += 1) box.quickbooks.company.upsert(customer(id));
  await run();
  box.quickbooks.company.remove('1');
  const report = await run({ full: true, limit: 5 });
  expect(report).toMatchObject({ tallies: { read: 5, updated: 0 } });
});
