import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { jsonConfigSchema } from '../../../src/connectors/json/config.ts';
import { json } from '../../../src/connectors/json/index.ts';
import { readRows } from '../../../src/connectors/json/read-rows.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { CallContext } from '../../../src/core/domain/context.ts';
import type { Page } from '../../../src/core/domain/record.ts';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

function sourceOf(
  files: Readonly<Record<string, string | Buffer>>,
  config: Readonly<Record<string, unknown>>,
  stdin = '',
) {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-json-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'in'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const warnings: string[] = [];
  const context: CallContext = {
    signal: new AbortController().signal,
    log,
    warn: ({ message }) => warnings.push(message),
  };
  const credentials = {
    load: async () => undefined,
    save: async () => undefined,
    forget: async () => undefined,
    exclusive: silent as never,
  };
  const source = json
    .configure({ connector: 'json', ...config })
    .createSource({ folder, stdin: Readable.from([stdin]), clock: systemClock, log, credentials, onSecret: silent });
  const read = async (): Promise<Page[]> => await Array.fromAsync(source.read(undefined, context));
  const keys = async () => (await read()).flatMap(({ records }) => records.map(({ key }) => key));
  return { source, read, keys, warnings, context };
}

const rows = (...ids: number[]) => ids.map((id) => ({ id, name: `N ${id}` }));
const lines = (...ids: number[]) =>
  rows(...ids)
    .map((row) => JSON.stringify(row))
    .join('\n');

test.each([
  ['a list', { 'a.json': JSON.stringify(rows(1, 2)) }, { path: 'a.json' }],
  ['a list with a byte order mark', { 'a.json': `\uFEFF${JSON.stringify(rows(1, 2))}` }, { path: 'a.json' }],
  [
    'a list inside a document',
    { 'a.json': JSON.stringify({ meta: { list: [9] }, data: { list: rows(1, 2) } }) },
    { path: 'a.json', records: 'data.list' },
  ],
  ['a document a line', { 'a.ndjson': `${lines(1, 2)}\n` }, { path: 'a.ndjson' }],
  ['a document a line, by how it begins', { 'a.txt': lines(1, 2) }, { path: 'a.txt' }],
  ['a gzipped list', { 'a.json.gz': gzipSync(JSON.stringify(rows(1, 2))) }, { path: 'a.json.gz' }],
  ['a gzipped file under another name', { dump: gzipSync(lines(1, 2)) }, { path: 'dump' }],
  [
    'a folder, in the order of names',
    { 'in/2.jsonl': lines(2), 'in/1.json': JSON.stringify(rows(1)), 'in/x.txt': 'no' },
    { path: 'in' },
  ],
])('%s', async (_, files, config) => {
  const { keys, warnings } = sourceOf(files, config);
  expect(await keys()).toEqual(['1', '2']);
  expect(warnings).toEqual([]);
});

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

test.each([
  ['a list', 'a.json', '[{"id":1,"name":"José Müller"}]'],
  ['a document a line', 'a.ndjson', '{"id":1,"name":"José Müller"}\n'],
])('%s in another encoding than JSON has is read as what it seems to be, and reported', async (_, name, text) => {
  const guessed = sourceOf({ [name]: latin1(text) }, { path: name });
  expect((await guessed.read()).flatMap(({ records }) => records)).toMatchObject([{ data: { name: 'José Müller' } }]);
  expect(guessed.warnings).toEqual([expect.stringMatching(/is not UTF-8 and was read as windows-1252, a guess/)]);
  const declared = sourceOf({ [name]: latin1(text) }, { path: name, encoding: 'latin1' });
  expect((await declared.read()).flatMap(({ records }) => records)).toMatchObject([{ data: { name: 'José Müller' } }]);
  expect(declared.warnings).toEqual([]);
});

test.each(['', '\uFEFF'])('UTF-16, as PowerShell writes it, with the mark %j', async (mark) => {
  const content = Buffer.from(`${mark}[{"id":1,"name":"Zoë 山田"}]`, 'utf16le');
  const { read } = sourceOf({ 'a.json': content }, { path: 'a.json' });
  expect((await read()).flatMap(({ records }) => records)).toMatchObject([{ data: { name: 'Zoë 山田' } }]);
});

test('a list of lines may have none', async () => {
  expect(await sourceOf({ 'a.ndjson': '' }, { path: 'a.ndjson' }).keys()).toEqual([]);
});

test('standard input can be read twice: a snapshot is compared before it is used', async () => {
  const { keys, source } = sourceOf({}, { path: '-' }, JSON.stringify(rows(1, 2)));
  expect([await keys(), await keys()]).toEqual([
    ['1', '2'],
    ['1', '2'],
  ]);
  await source.close?.();
});

test('an empty standard input is what a program leaves that has failed', async () => {
  await expect(sourceOf({}, { path: '-' }).keys()).rejects.toThrow(/standard input is empty/);
});

test('standard input', async () => {
  expect(await sourceOf({}, { path: '-' }, JSON.stringify(rows(1, 2))).keys()).toEqual(['1', '2']);
});

test('a scan that has read every row says so: what is not in it is gone', async () => {
  const pages = await sourceOf({ 'a.json': JSON.stringify(rows(1)) }, { path: 'a.json' }).read();
  expect(pages.at(-1)).toMatchObject({ whole: true });
});

test('a line that is no JSON, or a row without a key, is named and left out, and nobody counts as gone', async () => {
  const { read, warnings } = sourceOf(
    { 'a.ndjson': `${lines(1)}\n{"id":\n{"name":"keyless"}\n${lines(2)}` },
    { path: 'a.ndjson' },
  );
  const pages = await read();
  expect(pages.flatMap(({ records }) => records.map(({ key }) => key))).toEqual(['1', '2']);
  expect(pages.some(({ whole }) => whole)).toBe(false);
  expect(warnings).toEqual([
    'a.ndjson: lines that are no JSON were left out: 2.',
    'Rows without id were left out: 1 of 3 (line 3). Correct them, or check source.key.',
  ]);
});

test('keys, states, parents and times come from where the configuration says', async () => {
  const row = { ref: { no: 7.0 }, status: 'archived', boss: 3, changed: 1_700_000_000 };
  const { read } = sourceOf(
    { 'a.json': JSON.stringify([row]) },
    {
      path: 'a.json',
      key: 'ref.no',
      parent: 'boss',
      updatedAt: 'changed',
      inactive: { path: 'status', is: ['archived'] },
    },
  );
  expect((await read())[0]?.records).toEqual([
    {
      key: '7',
      place: 'record 1',
      after: '3',
      state: 'inactive',
      updatedAt: new Date('2023-11-14T22:13:20Z'),
      data: row,
    },
  ]);
});

test.each([
  ['an empty document', { 'a.json': '' }, { path: 'a.json' }, /a\.json is empty \(0 bytes\)/],
  ['a document of nothing but space', { 'a.json': ' \n' }, { path: 'a.json' }, /a\.json is not a whole JSON document/],
  ['an empty file of unknown format', { dump: '' }, { path: 'dump' }, /dump is empty/],
  ['a file that is not there', {}, { path: 'none.json' }, /none\.json can't be read/],
  ['a folder without files', {}, { path: 'in' }, /no file in/],
  [
    'a document that is cut off',
    { 'a.json': JSON.stringify(rows(1, 2)).slice(0, -5) },
    { path: 'a.json' },
    /not a whole JSON document/,
  ],
  ['a document that is no list', { 'a.json': '{"data":[]}' }, { path: 'a.json' }, /the document is not a list/],
  ['a path that is not there', { 'a.json': '{"data":[]}' }, { path: 'a.json', records: 'items' }, /items is not there/],
  [
    'a gzip that is cut off',
    { 'a.json.gz': gzipSync(JSON.stringify(rows(1, 2))).subarray(0, 30) },
    { path: 'a.json.gz' },
    /can't be read to its end|not a whole/,
  ],
])('%s is reported, with the name of the file', async (_, files, config, message) => {
  await expect(sourceOf(files, config).read()).rejects.toThrow(message);
});

test('check and discover look at the first rows', async () => {
  const { source, context } = sourceOf(
    { 'a.json': JSON.stringify([{ id: 1, address: { city: 'Austin' } }]) },
    { path: 'a.json' },
  );
  expect(await source.check(context)).toMatchObject({ identity: 'a.json', lines: [{ ok: true }] });
  expect(await source.discover?.(context)).toMatchObject([
    {
      fields: [
        { path: 'id', type: 'number' },
        { path: 'address.city', type: 'string' },
      ],
    },
  ]);
});

test('a line of forty megabytes is left out and named, and the others are read', async () => {
  const long = JSON.stringify({ id: 2, note: 'x'.repeat(40 * 1024 * 1024) });
  const { keys, warnings } = sourceOf({ 'a.ndjson': [lines(1), long, lines(3)].join('\n') }, { path: 'a.ndjson' });
  expect(await keys()).toEqual(['1', '3']);
  expect(warnings).toEqual([expect.stringContaining('lines that are no JSON were left out: 2')]);
});

test.each([
  ['a text that never ends', `[{"id":1},{"id":2,"note":"${'x'.repeat(40 * 1024 * 1024)}`],
  ['a list within a list', `[[${`{"note":"${'x'.repeat(100_000)}"},`.repeat(400)}`],
])('%s in a document ends the reading before it takes the memory', async (_, text) => {
  const { read } = sourceOf({ 'a.json': text }, { path: 'a.json' });
  await expect(read()).rejects.toMatchObject({ code: 'source-file', message: expect.stringContaining('16 MB') });
});

test('what stands before the list may be as long as it likes', async () => {
  const document = { log: 'x'.repeat(20 * 1024 * 1024), customers: rows(1, 2) };
  const { keys } = sourceOf({ 'a.json': JSON.stringify(document) }, { path: 'a.json', records: 'customers' });
  expect(await keys()).toEqual(['1', '2']);
});

test.each(['a.json', 'a.ndjson'])(
  '%s: who is asked to stop does so while it waits for bytes that do not come',
  async (name) => {
    const stop = new AbortController();
    const reason = new Error('asked to stop');
    const endless = new Readable({ read() {} });
    endless.push('[{"id":1}');
    const rowsRead = readRows(
      { name, path: name, open: () => endless },
      jsonConfigSchema.parse({ path: name, key: 'id' }),
      { signal: stop.signal, warn: silent },
    );
    const ended = Array.fromAsync(rowsRead);
    stop.abort(reason);
    await expect(ended).rejects.toBe(reason);
  },
);

test.each(['a.json', 'a.ndjson'])(
  '%s: a field that nests without end is left out, and the record is read',
  async (name) => {
    const deep = `${'[{"x":'.repeat(3_000)}1${'}]'.repeat(3_000)}`;
    const list = [`{"id":1,"name":"A","deep":${deep}}`, '{"id":2,"name":"B"}'];
    const text = name.endsWith('.json') ? `[${list.join(',')}]` : list.join('\n');
    const { read, warnings } = sourceOf({ [name]: text }, { path: name });
    const found = (await read()).flatMap(({ records }) => records.map(({ data }) => data));
    expect(found).toEqual([
      { id: 1, name: 'A' },
      { id: 2, name: 'B' },
    ]);
    expect(warnings).toEqual([expect.stringContaining('nest more than 100 levels')]);
  },
);
