import { expect, test } from 'vitest';
import { type Answer, inTurn } from '../../kit/twins/scripted-server.ts';
import { keysOf, rows, type Script, sourceOf } from './source-of.ts';

const byNext = { type: 'next', from: 'next' };

test.each([
  ['@odata.nextLink', { '@odata.nextLink': '/v1/members?page=2' }],
  ['["@odata.nextLink"]', { '@odata.nextLink': '/v1/members?page=2' }],
  ["meta['odata.next'].href", { meta: { 'odata.next': { href: '/v1/members?page=2' } } }],
])('the path %s finds a name that holds a dot', async (from, more) => {
  const script = inTurn({ body: { value: rows(1), ...more } }, { body: { value: rows(2) } });
  const { read } = await sourceOf(script, { records: 'value', pagination: { type: 'next', from } });
  expect(keysOf(await read())).toEqual(['1', '2']);
});

/** RFC 3986, section 5.4: the examples, with /v1/members?first=1 in the place of the base. */
test.each([
  ['?page=2', '/v1/members', { page: '2' }],
  ['next/2', '/v1/next/2', {}],
  ['./members/2', '/v1/members/2', {}],
  ['../v2/members', '/v2/members', {}],
  ['/v1/members?page=2', '/v1/members', { page: '2' }],
])('a next page given as %s is relative to the page that gave it', async (next, path, query) => {
  const script = inTurn({ body: { list: rows(1), next } }, { body: { list: rows(2) } });
  const { read, asked } = await sourceOf(script, { records: 'list', pagination: byNext });
  expect(keysOf(await read())).toEqual(['1', '2']);
  expect(asked[1]).toMatchObject({ path, query });
});

test('so is one in the Link header', async () => {
  const script = inTurn({ headers: { link: '<?page=2>; rel="next"' }, body: rows(1) }, { body: rows(2) });
  const { read, asked } = await sourceOf(script, { pagination: { type: 'link' } });
  expect(keysOf(await read())).toEqual(['1', '2']);
  expect(asked[1]).toMatchObject({ path: '/v1/members', query: { page: '2' } });
});

test.each<[string, Answer]>([
  ['204', { status: 204 }],
  ['a list that is null', { body: { data: { list: null } } }],
  ['a null on the way to the list', { body: { data: null } }],
])('%s is an empty page', async (_, answer) => {
  const { read } = await sourceOf(() => answer, { records: 'data.list' });
  expect(keysOf(await read())).toEqual([]);
});

test('304 is an empty page where only what has changed was asked for', async () => {
  const incremental = { param: 'if-modified-since', in: 'header', format: 'http_date' };
  const { read } = await sourceOf(() => ({ status: 304 }), { incremental });
  expect(await read({ since: 1_700_000_000_000 })).toMatchObject([{ records: [] }]);
  const whole = await sourceOf(() => ({ status: 304 }), { incremental });
  await expect(whole.read()).rejects.toMatchObject({ exitCode: 5 });
});

test.each<[string, Answer]>([
  ['an empty body', { body: '' }],
  ['null', { body: 'null' }],
  ['a document without the list', { body: { data: {} } }],
])('%s with status 200 is no empty page', async (_, answer) => {
  const { read } = await sourceOf(() => answer, { records: 'data.list' });
  await expect(read()).rejects.toMatchObject({ code: 'http-shape', exitCode: 5 });
});

test('rows none of which has the key end the read: the field was renamed', async () => {
  const { read } = await sourceOf(() => ({ body: [{ Id: 1 }, { Id: 2 }] }));
  await expect(read()).rejects.toMatchObject({
    code: 'rows-without-key',
    exitCode: 5,
    message: 'None of 2 rows has id, which is their key.',
  });
});

test('one row without a key is left out, and nobody counts as gone', async () => {
  const { read, warnings } = await sourceOf(() => ({ body: [{ id: 1 }, {}] }), { complete: true });
  const pages = await read();
  expect(keysOf(pages)).toEqual(['1']);
  expect(pages.some(({ whole }) => whole)).toBe(false);
  expect(warnings).toEqual(['rows-without-key']);
});

const page = (ids: readonly number[], next: string) => ({ body: { list: rows(...ids), next } });
const cursors = { records: 'list', pagination: { type: 'cursor', param: 'after', from: 'next' } };

test.each<[string, Script]>([
  ['a page that gives itself', () => page([1], 'a')],
  ['A, B and A again', (_, n) => page([n], ['a', 'b'][n % 2] ?? '')],
  ['ever new cursors with the same rows', (_, n) => page([1, 2], `c${n}`)],
  ['ever new cursors with the rows of two pages', (_, n) => page([n % 2], `c${n}`)],
])('%s ends with an error, after a bound', async (_, script) => {
  const { read, asked } = await sourceOf(script, cursors);
  await expect(read()).rejects.toMatchObject({ code: 'pagination-loop', exitCode: 5 });
  expect(asked.length).toBeLessThan(20);
});

test('a server that does not know the parameter for the page gives the first one for ever', async () => {
  const { read, asked } = await sourceOf(() => ({ body: rows(1, 2) }), { pagination: { type: 'page' } });
  await expect(read()).rejects.toMatchObject({ code: 'pagination-loop' });
  expect(asked).toHaveLength(2);
});

test('a hundred empty pages are no circle', async () => {
  const { read } = await sourceOf((_, n) => (n < 100 ? page([], `c${n}`) : page([1], '')), cursors);
  expect(keysOf(await read())).toEqual(['1']);
});

const byCursor = { type: 'cursor', param: 'after' };
const ten = Array.from({ length: 10 }, (_, index) => ({ id: index + 1 }));

test.each([
  ['the URL of the next page', { type: 'next', from: 'paging.nxt' }, 'paging.nxt (source.pagination.from)'],
  ['the next cursor', { ...byCursor, from: 'paging.nxt' }, 'paging.nxt (source.pagination.from)'],
  [
    'whether there is more',
    { ...byCursor, from: 'paging.next', hasMore: 'hasmore' },
    'hasmore (source.pagination.hasMore)',
  ],
  ['the Link header', { type: 'link' }, 'Link header'],
])(
  'check warns of a full page that does not say %s where the configuration looks for it',
  async (_, pagination, what) => {
    const script = inTurn({ body: { list: ten, paging: { next: '/v1/members?page=2' }, hasMore: true } });
    const { check } = await sourceOf(script, { records: 'list', pagination });
    expect(await check()).toContainEqual({
      ok: 'warning',
      title: 'pages',
      detail: `the first page looks full (10 records) and has no ${what}: the read would end there. The response has: list, paging, hasMore.`,
    });
  },
);

test.each([
  ['as many records as were asked for', { limit: 3 }, 3, 'warning'],
  ['fewer records than were asked for', { limit: 3 }, 2, true],
  ['no record', {}, 0, true],
])('a page with %s and no word of a next one', async (_, query, count, ok) => {
  const script = inTurn({ body: { list: ten.slice(0, count) } });
  const request = { path: '/v1/members', query };
  const { check } = await sourceOf(script, { records: 'list', pagination: byNext, request });
  expect((await check()).find(({ title }) => title === 'pages')?.ok).toBe(ok);
});

test.each([[{ next: null }], [{ next: '/v1/members?page=2' }]])(
  'check has nothing to say of a full page with %j',
  async (more) => {
    const { check } = await sourceOf(inTurn({ body: { list: ten, ...more } }), { records: 'list', pagination: byNext });
    expect((await check()).map(({ title }) => title)).not.toContain('pages');
  },
);

test.each([
  ['a number', 3],
  ['text of digits', '3'],
])('the total that a response has as %s is that of the page', async (_, total) => {
  const script = inTurn(
    { body: { list: rows(1, 2), next: '/v1/members?page=2', meta: { total } } },
    { body: { list: rows(3) } },
  );
  const pagination = { ...byNext, total: 'meta.total' };
  const { read } = await sourceOf(script, { records: 'list', pagination });
  // The second response has none.
  expect((await read()).map((page) => page.total)).toEqual([3, undefined]);
});

test.each([['many'], [-1], [1.5], [null], [{ value: 3 }]])(
  'a total of %j is none, and the read goes on',
  async (total) => {
    const { read } = await sourceOf(() => ({ body: { list: rows(1), total } }), {
      records: 'list',
      pagination: { ...byNext, total: 'total' },
    });
    const pages = await read();
    expect(keysOf(pages)).toEqual(['1']);
    expect(pages.map((page) => page.total)).toEqual([undefined]);
  },
);

test('the total of the whole list says nothing about the rest of a read that was broken off', async () => {
  const config = { records: 'list', pagination: { ...byNext, total: 'total' } };
  const first = { body: { list: rows(1), next: '/v1/members?page=2', total: 2 } };
  const last = { body: { list: rows(2), total: 2 } };
  const [page] = await (await sourceOf(inTurn(first, last), config)).read();
  expect(page?.total).toBe(2);
  const { read } = await sourceOf(() => last, config);
  expect((await read(page?.cursor)).map(({ total }) => total)).toEqual([undefined]);
});

test('check says whether the first page has the total', async () => {
  const config = { records: 'list', pagination: { ...byNext, total: 'count' } };
  const good = await sourceOf(() => ({ body: { list: rows(1), count: 12 } }), config);
  expect(await good.check()).toContainEqual({ ok: true, title: 'total', detail: '12 records (count)' });
  const bad = await sourceOf(() => ({ body: { list: rows(1), counts: 12 } }), config);
  expect(await bad.check()).toContainEqual({
    ok: 'warning',
    title: 'total',
    detail: 'the first page has no number at count (source.pagination.total): progress shows no percentage',
  });
});
