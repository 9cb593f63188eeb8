import { expect, test } from 'vitest';
import { isInStep, reconcile } from '../../../src/core/audit/reconcile.ts';

const customers = [
  { kind: 'inSync', code: null, count: 5 },
  { kind: 'differing', code: 'differing', count: 1 },
  { kind: 'differing', code: 'dropped', count: 1 },
  { kind: 'missing', code: 'missing', count: 2 },
  { kind: 'skipped', code: 'filter', count: 3 },
  { kind: 'rejected', code: 'invalid-email', count: 4 },
];
const users = [
  { kind: 'inSync', code: null, count: 5 },
  { kind: 'differing', code: null, count: 2 },
  { kind: 'unmanaged', code: null, count: 7 },
  { kind: 'extra', code: 'gone-from-source', count: 1 },
];
const counted = { customers, users, read: 16, listed: 15 };

test('each side is the sum of its parts', () => {
  const counts = reconcile(counted);
  expect(counts).toEqual({
    source: {
      total: 16,
      inSync: 5,
      differing: 2,
      missing: 2,
      skipped: { filter: 3 },
      rejected: { 'invalid-email': 4 },
    },
    destination: {
      total: 15,
      inSync: 5,
      differing: 2,
      excluded: 0,
      deactivated: 0,
      extra: 1,
      duplicated: 0,
      unmanaged: 7,
    },
  });
  expect(isInStep(counts)).toBe(false);
});

test('a customer that was read and not classified, or a user that was listed and not classified, is a bug and never a result', () => {
  expect(() => reconcile({ ...counted, read: 17 })).toThrow('17 customers');
  expect(() => reconcile({ ...counted, listed: 16 })).toThrow('16 users');
  const unclassified = { kind: 'null', code: null, count: 1 };
  expect(() => reconcile({ ...counted, users: [...users, unclassified], listed: 16 })).toThrow('16 users');
});

test('two customers that are in step with one user are a bug and never a result', () => {
  const alike = customers.map((row) => (row.kind === 'inSync' ? { ...row, count: 6 } : row));
  expect(() => reconcile({ ...counted, customers: alike, read: 17 })).toThrow('customers and users in step');
});
