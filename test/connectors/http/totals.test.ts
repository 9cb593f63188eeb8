import { expect, test } from 'vitest';
import { keysOf, rows, type Script, sourceOf } from './source-of.ts';

const byTotal = { type: 'page', sizeParam: 'size', size: 2, total: 'total_count', endsAtTotal: true };
const config = { records: 'items', pagination: byTotal, complete: true };

/** As Magento does: a page beyond the last is the last one again. */
const lastAgain =
  (ids: readonly number[], total: number): Script =>
  ({ query }) => {
    const page = Math.min(Number(query.page), Math.ceil(ids.length / 2));
    return { body: { items: rows(...ids.slice((page - 1) * 2, page * 2)), total_count: total } };
  };

test('a read ends where its total says, without asking for the last page again', async () => {
  const { read, asked } = await sourceOf(lastAgain([1, 2, 3], 3), config);
  const pages = await read();
  expect(keysOf(pages)).toEqual(['1', '2', '3']);
  expect(pages.at(-1)?.whole).toBe(true);
  expect(asked).toHaveLength(2);
});

test('a total that is too small cuts nothing off', async () => {
  const { read } = await sourceOf(lastAgain([1, 2, 3, 4, 5], 2), config);
  expect(keysOf(await read())).toEqual(['1', '2', '3', '4', '5']);
});

test('a total that is too large ends where the pages repeat, and nobody counts as gone', async () => {
  const { read, warnings } = await sourceOf(lastAgain([1, 2, 3], 9), config);
  const pages = await read();
  expect(keysOf(pages)).toEqual(['1', '2', '3']);
  expect(pages.at(-1)?.whole).toBeUndefined();
  expect(warnings).toEqual(['total-mismatch']);
});

test.each([
  ['a path', 'meta.pages', {}],
  ['a header', 'header:X-WP-TotalPages', { 'x-wp-totalpages': '2' }],
])('a read ends with the last page, whose number %s has', async (_, totalPages, headers) => {
  const { read, asked } = await sourceOf(
    ({ query }) => ({ headers, body: { items: rows(Number(query.page)), meta: { pages: 2 } } }),
    { records: 'items', pagination: { type: 'page', totalPages } },
  );
  expect(keysOf(await read())).toEqual(['1', '2']);
  expect(asked).toHaveLength(2);
});

test('a total in a header', async () => {
  const { read } = await sourceOf(() => ({ headers: { 'x-total': '12' }, body: rows(1) }), {
    pagination: { type: 'link', total: 'header:X-Total' },
  });
  expect((await read())[0]?.total).toBe(12);
});

test('a record that is on several pages counts once; a later version of it counts too', async () => {
  const list = [
    [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ],
    [
      { name: 'b', id: 2 },
      { id: 3, name: 'c' },
    ],
    [{ id: 3, name: 'C' }],
  ];
  const { read } = await sourceOf(
    (_, n) => ({ body: { items: list[n] ?? [], next: n < list.length ? `c${n}` : null } }),
    { records: 'items', pagination: { type: 'cursor', param: 'after', from: 'next' } },
  );
  expect((await read()).flatMap(({ records }) => records.map(({ data }) => data))).toEqual([
    { id: 1, name: 'a' },
    { id: 2, name: 'b' },
    { id: 3, name: 'c' },
    { id: 3, name: 'C' },
  ]);
});

test('two ids beyond 2^53 that differ in their last digit are two records', async () => {
  const body = '[{"id": 9007199254740993}, {"id": 9007199254740992}]';
  const { read } = await sourceOf(() => ({ headers: { 'content-type': 'application/json' }, body }));
  expect(keysOf(await read())).toEqual(['9007199254740993', '9007199254740992']);
});
