import { expect, test } from 'vitest';
import { createPageGuard } from '../../../src/core/records/page-guard.ts';

/** How many pages pass before it says that they go in a circle; at most so many are tried. */
function pagesUntilEnd(keysOf: (n: number) => readonly string[], nextOf: (n: number) => string, most = 5000): number {
  const guard = createPageGuard('Acme', 'start');
  for (let n = 0; n < most; n += 1) {
    try {
      guard(keysOf(n), nextOf(n));
    } catch (error) {
      expect(error).toMatchObject({ code: 'pagination-loop', exitCode: 5 });
      return n;
    }
  }
  return most;
}

const again = (n: number): string => `c${n}`;

test('a scan that moves on is not stopped, however long it is', () => {
  expect(pagesUntilEnd((n) => [`k${n}`], again)).toBe(5000);
  expect(pagesUntilEnd((n) => (n % 1000 === 999 ? [`k${n}`] : []), again)).toBe(5000);
});

test('a position that was asked for before ends it, the one that the scan began at too', () => {
  expect(
    pagesUntilEnd(
      (n) => [`k${n}`],
      (n) => again(n % 3),
    ),
  ).toBe(3);
  expect(
    pagesUntilEnd(
      (n) => [`k${n}`],
      () => 'start',
    ),
  ).toBe(0);
});

test('pages without records end it after a thousand', () => {
  expect(pagesUntilEnd(() => [], again)).toBe(1000);
});

test('the same page twice in a row ends it, and so do two that take turns, after a bound', () => {
  expect(pagesUntilEnd(() => ['a', 'b'], again)).toBe(1);
  expect(pagesUntilEnd((n) => [`k${n % 2}`], again)).toBe(12);
});

test('a record that fills a page of its own and comes again, because it was changed, is no circle', () => {
  expect(pagesUntilEnd((n) => [n === 7 ? 'k3' : `k${n}`], again, 20)).toBe(20);
});
