import { expect, test } from 'vitest';
import { activate, playing, record, schema, state } from './play.ts';

const keysOf = (pages: readonly { readonly records: readonly { readonly key: string }[] }[]) =>
  pages.map(({ records }) => records.map(({ key }) => key));

test('a page ends with a state, and the state comes back to the tap as it was', async () => {
  const many = Array.from({ length: 100 }, (_, index) => record(index + 1));
  const first = playing([schema(), ...many, state({ at: { customers: 100 } }), record(101), state({ at: 101 })]);
  const pages = await first.read();
  expect(pages.map(({ records, cursor }) => [records.length, cursor])).toEqual([
    [100, { state: { at: { customers: 100 } } }],
    [1, { state: { at: 101 } }],
  ]);
  expect(first.given()).not.toHaveProperty('state');
  const second = playing([schema()]);
  await second.read(pages[0]?.cursor);
  expect(JSON.parse(second.given()?.state ?? '')).toEqual({ at: { customers: 100 } });
});

test('a tap that gives no state for long is read in pages all the same, from where nothing is lost', async () => {
  const many = Array.from({ length: 1500 }, (_, index) => record(index + 1));
  const pages = await playing([schema(), ...many]).read({ state: 'before' });
  expect(pages.map(({ records, cursor }) => [records.length, cursor])).toEqual([
    [1000, { state: 'before' }],
    [500, { state: 'before' }],
  ]);
});

test('only the stream that is asked for becomes records; the others are counted', async () => {
  const other = { type: 'RECORD', stream: 'invoices', record: { id: 9 } };
  const { read, warnings } = playing([other, schema(), record(1), other, { type: 'CUSTOM_STATS' }]);
  expect(keysOf(await read())).toEqual([['1']]);
  expect(warnings).toEqual(['singer-message', 'singer-other-streams']);
});

test('whole numbers beyond those of JavaScript stay what they are, in keys and in the state', async () => {
  const { read } = playing([
    schema(),
    '{"type":"RECORD","stream":"customers","record":{"id":9007199254740993,"ratio":0.1234567890123456789}}',
    '{"type":"STATE","value":{"lsn":18446744073709551615,"text":"18446744073709551615","far":-1.5E300}}',
  ]);
  const [page] = await read();
  expect(page?.records).toMatchObject([{ key: '9007199254740993', data: { ratio: Number('0.1234567890123456789') } }]);
  const next = playing([schema()]);
  await next.read(JSON.parse(JSON.stringify(page?.cursor)));
  expect(next.given()?.state).toBe('{"lsn":18446744073709551615,"text":"18446744073709551615","far":-1.5e+300}');
});

test('keys, times and states come from the schema, or from where the configuration says', async () => {
  const at = '2026-01-05T09:00:00Z';
  const lines = [
    schema({ key_properties: ['shop', 'id'], bookmark_properties: ['changed'] }),
    record(7, { shop: 'a:b', changed: at }),
    record(8, { shop: 'c', changed: at, _sdc_deleted_at: at, status: 'closed' }),
  ];
  const updatedAt = new Date(at);
  expect((await playing(lines).read())[0]?.records).toMatchObject([
    { key: 'a%3Ab:7', updatedAt, state: 'active' },
    { key: 'c:8', updatedAt, state: 'deleted' },
  ]);
  const own = playing(lines, { key: 'id', parent: 'shop', inactive: { path: 'id', is: 7 } });
  expect((await own.read())[0]?.records).toMatchObject([
    { key: '7', after: 'a:b', state: 'inactive' },
    { key: '8', after: 'c', state: 'deleted' },
  ]);
});

test('a boolean in a key of several parts is a part of it; alone it tells nobody apart', async () => {
  const lines = [
    schema({ key_properties: ['id', 'archived'] }),
    record(1, { archived: false }),
    record(2, { archived: true }),
  ];
  expect(keysOf(await playing(lines).read())).toEqual([['1:false', '2:true']]);
  const alone = playing([schema({ key_properties: ['archived'] }), record(1, { archived: false })]);
  await expect(alone.read()).rejects.toMatchObject({ code: 'rows-without-key' });
});

test('rows without a key count over the whole stream, however often the tap says its SCHEMA', async () => {
  const { read, warnings } = playing([schema(), record(1), schema(), record(2, { id: null }), schema(), activate(1)]);
  const pages = await read();
  expect(keysOf(pages)).toEqual([['1']]);
  expect(pages.some(({ whole }) => whole)).toBe(false);
  expect(warnings).toEqual(['rows-without-key']);
});

test('a bookmark that is a number that counts up is no time', async () => {
  const [page] = await playing([schema({ bookmark_properties: ['id'] }), record(1)]).read();
  expect(page?.records[0]).not.toHaveProperty('updatedAt');
});

test.each([
  ['a version that is activated after its last record', [record(1, {}, 5), activate(5)], undefined, true],
  ['so has one whose records do not tell it', [record(1), activate(5)], undefined, true],
  ['and one that was announced before too', [activate(5), record(1, {}, 5), activate(5)], { version: 4 }, true],
  ['a version that is activated before its records come', [activate(5), record(1, {}, 5)], undefined, false],
  ['no version', [record(1)], undefined, false],
  ['a version that an earlier read began', [record(1, {}, 5), activate(5)], { version: 5 }, false],
  ['records of two versions', [record(1, {}, 4), record(2, {}, 5), activate(5)], undefined, false],
  ['a version without a record', [activate(5)], undefined, false],
  ['a record without a key', [record(1, {}, 5), record('', {}, 5), activate(5)], undefined, false],
])('%s: what it does not show is gone or not', async (_, lines, from, isWhole) => {
  const pages = await playing([schema(), ...lines, state(1)]).read(from && { state: 0, ...from });
  expect(pages.at(-1)?.whole ?? false).toBe(isWhole);
});

test.each([
  ['a line that is no JSON', [schema(), 'Requesting page 2'], 'singer-line', /line 2 .* is no JSON/],
  ['JSON that is no message', ['[1]'], 'singer-line', /line 1 .* no message/],
  [
    'half a message',
    [schema(), '{"type":"RECORD","stream":"customers"}'],
    'singer-line',
    /line 2 .* RECORD message, and record is not/,
  ],
  ['a record before its schema', [record(1)], 'singer-no-schema', /came before its SCHEMA/],
  ['a stream without a key', [schema({ key_properties: [] })], 'singer-key', /names no key_properties for customers/],
])('%s ends the read, and what stood there is not shown', async (_, lines, code, message) => {
  await expect(playing(lines).read()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a tap that says nothing of the stream is warned of, and nothing counts as gone', async () => {
  const { read, warnings } = playing([state({ a: 1 })]);
  expect(await read()).toEqual([{ records: [], cursor: { state: { a: 1 } } }]);
  expect(warnings).toEqual(['singer-nothing']);
});
