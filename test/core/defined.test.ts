import { expect, test } from 'vitest';
import { defined } from '../../src/core/defined.ts';

test('members that are undefined are absent; null, false, 0 and an empty text stay', () => {
  const members = { a: undefined, b: null, c: false, d: 0, e: '' };
  expect(Object.entries({ key: 'k', ...defined(members) })).toEqual([
    ['key', 'k'],
    ['b', null],
    ['c', false],
    ['d', 0],
    ['e', ''],
  ]);
});
