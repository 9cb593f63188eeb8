import { expect, test } from 'vitest';
import { http } from '../../../src/connectors/http/index.ts';
import { inTurn } from '../../kit/twins/scripted-server.ts';
import { keysOf, rows, sourceOf } from './source-of.ts';

const since = Date.parse('2026-03-29T00:59:59.500Z');
const none = inTurn({ body: { list: [] } });

/** In UTC, whatever a time zone does to its clocks that night. */
test.each([
  ['iso', '2026-03-29T00:59:59Z'],
  ['iso_ms', '2026-03-29T00:59:59.500Z'],
  ['iso_offset', '2026-03-29T00:59:59+00:00'],
  ['date_time', '2026-03-29 00:59:59'],
  ['date', '2026-03-29'],
  ['unix', '1774745999'],
  ['unix_ms', '1774745999500'],
  ['http_date', 'Sun, 29 Mar 2026 00:59:59 GMT'],
])('{since} in a query value is written as %s', async (format, text) => {
  const { read, asked } = await sourceOf(none, {
    records: 'list',
    request: { path: '/v1/members', query: { q: "SELECT Id FROM Contact WHERE At >= '{since}'" } },
    incremental: { format },
  });
  await read({ since });
  expect(asked[0]?.query.q).toBe(`SELECT Id FROM Contact WHERE At >= '${text}'`);
});

test.each([
  [Date.parse('2024-02-29T23:59:59Z'), '2024-02-29T23:59:59Z'],
  // The leap second of 2016 is the second after it: no API knows 23:59:60.
  [Date.parse('2016-12-31T23:59:59Z') + 1000, '2017-01-01T00:00:00Z'],
])('%i is the same second on a day that others do not have', async (at, text) => {
  const { read, asked } = await sourceOf(none, { records: 'list', incremental: { param: 'after' } });
  await read({ since: at });
  expect(asked[0]?.query).toEqual({ after: text });
});

test('{since} in a path is URL-encoded, and in a body what JSON needs', async () => {
  const { read, asked } = await sourceOf(none, {
    records: 'list',
    request: {
      path: '/v1/members/since({since})',
      method: 'POST',
      headers: { 'x-since': 'after {since}' },
      body: { query: 'updated_at:>"{since}"', filters: [{ value: '{since}' }], limit: 5 },
    },
    incremental: { format: 'iso_offset' },
  });
  await read({ since: Date.parse('2026-01-31T09:00:00Z') });
  expect(asked[0]).toMatchObject({
    path: '/v1/members/since(2026-01-31T09%3A00%3A00%2B00%3A00)',
    headers: { 'x-since': 'after 2026-01-31T09:00:00+00:00' },
    body: {
      query: 'updated_at:>"2026-01-31T09:00:00+00:00"',
      filters: [{ value: '2026-01-31T09:00:00+00:00' }],
      limit: 5,
    },
  });
});

test('a text in a body that is {since} alone becomes a number where the format is one', async () => {
  const { read, asked } = await sourceOf(none, {
    records: 'list',
    request: { path: '/v1/members', method: 'POST', body: { value: '{since}', text: 'after {since}' } },
    incremental: { format: 'unix' },
  });
  await read({ since: 1_700_000_000_000 });
  expect(asked[0]?.body).toEqual({ value: 1_700_000_000, text: 'after 1700000000' });
});

test('a read of everything asks since the beginning, and leaves out the query of changes', async () => {
  const config = {
    records: 'list',
    request: { path: '/v1/members', query: { q: 'since {since}' } },
    incremental: { query: { filter: 'gt {since}' } },
  };
  const { read, asked } = await sourceOf(none, config);
  await read();
  expect(asked[0]?.query).toEqual({ q: 'since 1970-01-01T00:00:00Z' });
  const later = await sourceOf(none, { ...config, incremental: { initial: '2001-01-01T00:00:00Z' } });
  await later.read();
  expect(later.asked[0]?.query).toEqual({ q: 'since 2001-01-01T00:00:00Z' });
  const changes = await sourceOf(none, config);
  await changes.read({ since });
  expect(changes.asked[0]?.query).toMatchObject({ filter: 'gt 2026-03-29T00:59:59Z' });
});

test('{until} is the same on every page, and the next read begins there', async () => {
  const script = inTurn({ body: { list: rows(1), next: 'b' } }, { body: { list: rows(2) } });
  const { read, asked } = await sourceOf(script, {
    records: 'list',
    request: { path: '/v1/members', query: { until: '{until}' } },
    pagination: { type: 'cursor', param: 'after', from: 'next' },
    incremental: { param: 'since', overlap: 0 },
  });
  const pages = await read();
  const [first, second] = asked.map(({ query }) => query.until);
  expect(first).toBe(second);
  const next = pages.at(-1)?.cursor as { since: number };
  expect(next.since).toBeLessThanOrEqual(Date.parse(first ?? '') + 1000);
});

test('a position goes where its path in the body says, next to what stands there', async () => {
  const body = { query: 'query($after: String) { … }', variables: { first: 250, after: null } };
  const page = (id: number, hasNextPage: boolean) => ({
    data: { customers: { nodes: rows(id), pageInfo: { hasNextPage, endCursor: `c${id}` } } },
  });
  const { read, asked } = await sourceOf(inTurn({ body: page(1, true) }, { body: page(2, false) }), {
    request: { path: '/graphql.json', method: 'POST', body },
    records: 'data.customers.nodes',
    pagination: {
      type: 'cursor',
      param: 'variables.after',
      in: 'body',
      from: 'data.customers.pageInfo.endCursor',
      hasMore: 'data.customers.pageInfo.hasNextPage',
    },
  });
  expect(keysOf(await read())).toEqual(['1', '2']);
  expect(asked.map((one) => one.body)).toEqual([body, { ...body, variables: { first: 250, after: 'c1' } }]);
});

test('{cursor} in the request is the cursor, from the one of the first page on', async () => {
  const script = inTurn({ body: { items: rows(7, 9) } }, { body: { items: [] } });
  const { read, asked } = await sourceOf(script, {
    request: { path: '/query', method: 'POST', body: { q: 'SELECT id FROM customer WHERE id > {cursor} ORDER BY id' } },
    records: 'items',
    pagination: { type: 'cursor', start: 0, fromLastRecord: 'id' },
  });
  expect(keysOf(await read())).toEqual(['7', '9']);
  expect(asked.map(({ body }) => body)).toEqual([
    { q: 'SELECT id FROM customer WHERE id > 0 ORDER BY id' },
    { q: 'SELECT id FROM customer WHERE id > 9 ORDER BY id' },
  ]);
});

test('records inside the items of a list', async () => {
  const list = [{ customer: { id: 'a' }, card: { id: 'x' } }, { customer: { id: 'b' } }, { card: { id: 'y' } }];
  const { read, warnings } = await sourceOf(() => ({ body: { list } }), { records: 'list', recordAt: 'customer' });
  expect(keysOf(await read())).toEqual(['a', 'b']);
  expect(warnings).toEqual(['rows-without-key']);
});

test.each([
  [{ request: { path: '/', query: { q: '{since}' } } }, 'incremental'],
  [{ request: { path: '/' }, incremental: {} }, 'incremental.param'],
  [{ request: { path: '/' }, pagination: { type: 'cursor', from: 'next' } }, 'pagination.param'],
  [{ request: { path: '/' }, pagination: { type: 'page', endsAtTotal: true } }, 'pagination.total'],
])('a configuration that lacks its other half is refused: %j', (config, path) => {
  const found = http.schema('http').safeParse({ connector: 'http', baseUrl: 'https://api.example.com', ...config });
  expect(found.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});
