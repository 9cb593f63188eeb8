import nock from 'nock';
import { expect, test } from 'vitest';
import { api, count, createSource, grant, query, rows } from '../../kit/twins/intuit.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';

withoutNetwork();

/** A company of customers 1, an odd one and 3, read whole. */
async function readWith(odd: object) {
  const { read, texts } = createSource();
  grant('access-1');
  count(3);
  rows('select * from customer where', 'Customer', [{ Id: '1' }, odd, { Id: '3' }]);
  count(3);
  const pages = await read();
  const records = pages.flatMap((page) => page.records);
  return { records, keys: records.map(({ key }) => key), isWhole: pages.at(-1)?.whole, texts };
}

test.each([
  ['a number as text', { Level: '1', Balance: '12.50' }, { Level: 1, Balance: 12.5 }],
  ['text as a number', { ParentRef: { value: 1 }, ResaleNum: 77 }, { ParentRef: { value: '1' }, ResaleNum: '77' }],
  ['a truth as text', { Active: 'false', Job: 'true' }, { Active: false, Job: true }],
])('%s is taken for what it says', async (_, odd, expected) => {
  const { records, keys, texts } = await readWith({ Id: '2', ...odd });
  expect(keys).toEqual(['1', '2', '3']);
  expect(records[1]?.data).toEqual({ Id: '2', ...expected });
  expect(texts).toEqual([]);
});

test('null is absent, and no word is lost over it', async () => {
  const { records, texts } = await readWith({ Id: '2', Notes: null, BillAddr: { City: null, Line1: '1 Main St.' } });
  expect(records[1]?.data).toEqual({ Id: '2', BillAddr: { Line1: '1 Main St.' } });
  expect(texts).toEqual([]);
});

test('what makes no sense is absent in its record, and reported with a count and a key', async () => {
  const { records, keys, isWhole, texts } = await readWith({
    Id: '2',
    Level: 'deep',
    PrimaryEmailAddr: 'a@example.com',
  });
  expect(keys).toEqual(['1', '2', '3']);
  expect(records[1]?.data).toEqual({ Id: '2' });
  expect(isWhole).toBe(true);
  expect(texts).toEqual([
    'fields-unreadable: QuickBooks: Customer.PrimaryEmailAddr was not of the documented type and counts as absent (1 record, the first is 2).',
    'fields-unreadable: QuickBooks: Customer.Level was not of the documented type and counts as absent (1 record, the first is 2).',
  ]);
});

test('a part that lacks what it is made of is absent, not its record', async () => {
  const { records, texts } = await readWith({ Id: '2', ParentRef: { name: 'Parent' } });
  expect(records[1]).toEqual({ key: '2', data: { Id: '2' }, state: 'active' });
  expect(texts).toHaveLength(1);
});

test.each([
  ['no id', {}, 'Customer.Id is needed and was not of the documented type. Left out: 1 record. All others were read.'],
  [
    'an odd id',
    { Id: ['2'] },
    'Customer.Id is needed and was not of the documented type. Left out: 1 record. All others were read.',
  ],
  [
    'a state that nobody knows',
    { Id: '2', Active: { value: 1 } },
    'Customer.Active is needed and was not of the documented type. Left out: 1 record, the first is 2. All others were read.',
  ],
])('a customer with %s is left out and reported, and nobody counts as gone for it', async (_, odd, text) => {
  const { keys, isWhole, texts } = await readWith(odd);
  expect(keys).toEqual(['1', '3']);
  expect(isWhole).toBe(false);
  expect(texts).toEqual([`records-unreadable: QuickBooks: ${text}`]);
});

test('an id as a number is that id, to the last digit', async () => {
  const { read, texts } = createSource();
  grant('access-1');
  count(2);
  nock(api)
    .get(query)
    .query(true)
    .reply(200, '{"QueryResponse":{"Customer":[{"Id":2},{"Id":9007199254740993}]},"time":"2026-11-23T04:00:01Z"}');
  count(2);
  const keys = (await read()).flatMap(({ records }) => records.map(({ key }) => key));
  expect(keys).toEqual(['2', '9007199254740993']);
  expect(texts).toEqual([]);
});

type Answer = readonly [status: number, body: object];

/** Answers each question for a list of ids with what `answer` says. */
function answerLists(answer: (ids: readonly string[], line: string) => Answer) {
  nock(api)
    .persist()
    .get(query)
    .query(true)
    .reply(({ url }: Request) => {
      const { pathname, search, searchParams } = new URL(url);
      const ids = (searchParams.get('query') ?? '').matchAll(/'(\d+)'/g);
      return answer(
        [...ids].map(([, id = '']) => id),
        pathname + search,
      );
    });
}

const found = (ids: readonly string[]): Answer => [
  200,
  { QueryResponse: { Customer: ids.map((Id) => ({ Id })) }, time: '2026-11-23T04:00:00.000-08:00' },
];
const refusal = { Fault: { Error: [{ Message: 'Invalid ID', code: '2030' }], type: 'ValidationFault' } };

test('a list of ids that is refused is halved down to the one that it is refused for', async () => {
  const { source, context, texts } = createSource();
  grant('access-1');
  answerLists((ids) => (ids.includes('7') ? [400, refusal] : found(ids)));
  const keys = Array.from({ length: 20 }, (_, index) => String(index + 1));
  const pages = await Array.fromAsync(source.readKeys?.(keys, context) ?? []);
  expect(pages.flatMap(({ records }) => records.map(({ key }) => key))).toEqual(keys.filter((key) => key !== '7'));
  expect(texts).toEqual(['quickbooks-id-refused: QuickBooks refuses to look customer 7 up. All others were read.']);
});

test('a list of ids is cut so that no request line is longer than 4 KB, and a key that is no id is not asked for', async () => {
  const { source, context } = createSource();
  grant('access-1');
  const lines: string[] = [];
  answerLists((ids, line) => {
    lines.push(line);
    return found(ids);
  });
  const ids = Array.from({ length: 1000 }, (_, index) => String(1_000_000_000 + index));
  const pages = await Array.fromAsync(source.readKeys?.(['Doe, Jane', "O'Neil", ...ids], context) ?? []);
  expect(pages.flatMap(({ records }) => records.map(({ key }) => key))).toEqual(ids);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(4096);
});
