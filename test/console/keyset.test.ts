import { expect, test } from 'vitest';
import { createKeysetRows } from '../../src/console/api/keyset.ts';

/** A list of numbers in pages, as the API gives them: what was asked for, and when it is answered. */
function createList({ count, perPage = 10 }: { readonly count: () => number; readonly perPage?: number }) {
  const asked: number[] = [];
  let fails = 0;
  return {
    asked,
    failNext: () => (fails += 1),
    async load({ cursor }: { readonly cursor: string | undefined }) {
      const from = Number(cursor ?? 0);
      asked.push(from);
      if (fails > 0) {
        fails -= 1;
        throw new Error('away');
      }
      const to = Math.min(count(), from + perPage);
      const items = Array.from({ length: to - from }, (_, index) => from + index);
      return { items, next: to < count() ? String(to) : null };
    },
  };
}

/** Everything that was begun is over. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('only what is looked at is asked for', async () => {
  const list = createList({ count: () => 1_000 });
  const rows = createKeysetRows({ load: list.load, onChange: () => undefined });
  rows.show(0, 8);
  await settled();
  expect(list.asked).toEqual([0]);
  expect([rows.at(0), rows.at(9), rows.at(10)]).toEqual([0, 9, undefined]);
  expect(rows.size()).toEqual({ count: 10, isWhole: false });
});

test('a jump far down goes there page by page, and keeps the rows of few pages', async () => {
  const list = createList({ count: () => 1_000 });
  const rows = createKeysetRows({ load: list.load, onChange: () => undefined });
  rows.show(500, 508);
  await settled();
  expect(rows.at(505)).toBe(505);
  expect(list.asked).toHaveLength(51);
  expect(rows.at(5)).toBeUndefined();
  rows.show(0, 8);
  await settled();
  // The cursor is known: one question brings it back.
  expect(list.asked).toHaveLength(52);
  expect(rows.at(5)).toBe(5);
});

test('the end of the list is known when its last page is there, also where pages are short', async () => {
  const list = createList({ count: () => 23, perPage: 7 });
  const rows = createKeysetRows({ load: list.load, onChange: () => undefined });
  rows.show(0, 22);
  await settled();
  expect(rows.size()).toEqual({ count: 23, isWhole: true });
  expect([rows.at(6), rows.at(7), rows.at(22), rows.at(23)]).toEqual([6, 7, 22, undefined]);
});

test('an empty list is whole', async () => {
  const list = createList({ count: () => 0 });
  const rows = createKeysetRows({ load: list.load, onChange: () => undefined });
  rows.show(0, 10);
  await settled();
  expect(rows.size()).toEqual({ count: 0, isWhole: true });
});

test('after an error nothing is asked until somebody tries again', async () => {
  const list = createList({ count: () => 30 });
  list.failNext();
  const rows = createKeysetRows({ load: list.load, onChange: () => undefined });
  rows.show(0, 5);
  await settled();
  expect(rows.error()).toEqual(new Error('away'));
  rows.show(0, 6);
  await settled();
  expect(list.asked).toEqual([0]);
  rows.retry();
  await settled();
  expect(rows.error()).toBeUndefined();
  expect(rows.at(3)).toBe(3);
});

test('while it is asked for again, the rows before stay, and a list that has grown or shrunk is taken', async () => {
  let count = 12;
  const list = createList({ count: () => count });
  const rows = createKeysetRows({ load: list.load, onChange: () => undefined });
  rows.show(0, 11);
  await settled();
  count = 11;
  rows.refresh();
  expect([rows.at(11), rows.size()]).toEqual([11, { count: 12, isWhole: true }]);
  await settled();
  expect([rows.at(11), rows.size()]).toEqual([undefined, { count: 11, isWhole: true }]);
});

test('what was asked before a refresh is not mixed with what comes after it', async () => {
  const answers: ((items: readonly string[]) => void)[] = [];
  const rows = createKeysetRows<string>({
    load: () =>
      new Promise((resolve) => {
        answers.push((items) => resolve({ items, next: null }));
      }),
    onChange: () => undefined,
  });
  rows.show(0, 5);
  rows.refresh();
  answers[0]?.(['old']);
  await settled();
  answers[1]?.(['new']);
  await settled();
  expect([rows.at(0), rows.size()]).toEqual(['new', { count: 1, isWhole: true }]);
});
