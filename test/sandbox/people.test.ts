import { expect, test } from 'vitest';
import { customerAt, pacific } from '../../src/sandbox/seed/customers.ts';
import { seedUsers } from '../../src/sandbox/seed/users.ts';
import { startTwins } from '../kit/twins/twins.ts';

const company = (count: number, seed: number) =>
  Array.from({ length: count }, (_, index) => customerAt(index + 1, seed));

test('the same seed gives the same people, another one others, and how many there are changes nobody', async () => {
  expect(company(300, 7)).toEqual(company(300, 7));
  expect(company(300, 7)).not.toEqual(company(300, 8));
  expect(company(300, 7).slice(0, 100)).toEqual(company(100, 7));
  expect(seedUsers(300, 7)).toEqual(seedUsers(300, 7));
  expect(seedUsers(300, 7)).not.toEqual(seedUsers(300, 8));
  const served = async (seed: number) => {
    const { query } = await startTwins({ customers: 300, seed });
    return (await query('select * from Customer where Active in (true,false) orderby Id maxresults 1000')).body
      .QueryResponse.Customer;
  };
  expect(await served(7)).toEqual(await served(7));
  expect(await served(7)).toEqual(company(300, 7));
});

test('a company has what makes companies hard: enough of it in a few thousand', () => {
  const people = company(5_000, 1);
  const count = (holds: (row: (typeof people)[number]) => boolean): number => people.filter(holds).length;
  const address = (row: (typeof people)[number]): string => String(Object(row.PrimaryEmailAddr).Address ?? '');
  expect(count((row) => row.Active === false)).toBeGreaterThan(100);
  expect(count((row) => row.Active && / \(deleted\)$/.test(String(row.DisplayName)))).toBeGreaterThan(0);
  expect(count((row) => row.ParentRef !== undefined)).toBeGreaterThan(150);
  expect(count((row) => row.IsProject === true)).toBeGreaterThan(50);
  expect(count((row) => address(row) === '')).toBeGreaterThan(150);
  expect(count((row) => /[,;]/.test(address(row)))).toBeGreaterThan(50);
  expect(count((row) => address(row) !== '' && !/^[^\s@<>]+@[^\s@<>]+\.\w+/.test(address(row)))).toBeGreaterThan(10);
  expect(count((row) => String(row.DisplayName).length > 255)).toBeGreaterThan(0);
  expect(count((row) => /[^\u0020-\u024f]/.test(String(row.DisplayName)))).toBeGreaterThan(100);
  expect(people.length - new Set(people.map((row) => address(row).toLowerCase())).size).toBeGreaterThan(100);
  expect(count((row) => row.CustomerTypeRef !== undefined)).toBeGreaterThan(1_000);
});

test('everything is invented: addresses and numbers that nobody has', () => {
  for (const row of company(2_000, 3)) {
    const { PrimaryEmailAddr, PrimaryPhone } = Object(row);
    for (const [, domain] of String(PrimaryEmailAddr?.Address ?? '').matchAll(/@([\w.-]+\.\w+)/g))
      expect(domain?.toLowerCase()).toMatch(/(^|\.)example\.(com|org|net)$/);
    const digits = String(PrimaryPhone?.FreeFormNumber ?? '').replaceAll(/\D/g, '');
    if (digits !== '') expect(digits).toMatch(/555|^4420794/);
  }
});

test('names are unique, and parents come before their children', () => {
  const people = company(3_000, 5);
  expect(new Set(people.map(({ DisplayName }) => String(DisplayName).toLowerCase())).size).toBe(3_000);
  for (const { Id, ParentRef } of people) if (ParentRef) expect(Number(ParentRef.value)).toBeLessThan(Number(Id));
});

test('times have the offset of the Pacific coast', () => {
  expect(pacific(Date.parse('2026-01-31T18:00:00Z'))).toBe('2026-01-31T10:00:00-08:00');
});
