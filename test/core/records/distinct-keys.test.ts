import { expect, test } from 'vitest';
import type { Page, SourceRecord } from '../../../src/core/domain/record.ts';
import type { Source } from '../../../src/core/domain/source.ts';
import { type DuplicateKeysPolicy, withDistinctKeys } from '../../../src/core/records/distinct-keys.ts';
import { createContext } from '../../kit/ports.ts';

type Row = Pick<SourceRecord, 'key'> & Partial<SourceRecord> & { readonly name?: string };

const record = ({ name = '', ...row }: Row): SourceRecord => ({ data: { name }, state: 'active', ...row });
const at = (day: number): Date => new Date(Date.UTC(2026, 0, day));

/** What comes of pages of records: each as `key name`, with a ✖ where it is rejected; and the warnings. */
async function read(
  pages: readonly (readonly Row[])[],
  { readsAs, policy = 'reject' }: Pick<Source, 'readsAs'> & { readonly policy?: DuplicateKeysPolicy } = {},
) {
  const warnings: string[] = [];
  const source: Source = {
    counters: { requests: 0, throttled: 0 },
    check: async () => ({ identity: '', lines: [] }),
    async *read() {
      for (const rows of pages) yield { records: rows.map(record), cursor: null };
    },
    ...(readsAs && { readsAs }),
  };
  const context = {
    ...createContext().context,
    warn: ({ code, message }: { code: string; message: string }) => warnings.push(`${code}: ${message}`),
  };
  const found: Page[] = await Array.fromAsync(withDistinctKeys(source, policy).read(undefined, context));
  const shown = found.flatMap(({ records }) =>
    records.map(({ key, data, fault }) => `${key} ${Reflect.get(Object(data), 'name')}${fault ? ' ✖' : ''}`),
  );
  return { shown, warnings, records: found.flatMap(({ records }) => records) };
}

const ada = { key: '7', name: 'Ada' };
const bea = { key: '7', name: 'Bea' };
const cid = { key: '8', name: 'Cid' };

test('of a snapshot, none of the records of one key is used, however far apart they stand', async () => {
  const { shown, warnings, records } = await read(
    [[{ ...ada, place: 'row 2' }, cid], [{ ...bea, place: 'row 1400' }]],
    { readsAs: 'snapshot' },
  );
  expect(shown).toEqual(['7 Ada ✖', '8 Cid', '7 Bea ✖']);
  expect(records[0]?.fault).toEqual({
    code: 'duplicate-key',
    message:
      '2 records with different data have this key (row 2, row 1400). Give each a key of its own, or correct source.key.',
  });
  expect(warnings).toEqual([
    'duplicate-key: Different records have the same key, and none of them was written: 7 (row 2, row 1400). Correct source.key, or the keys.',
  ]);
});

test('what is the same is one record, however often it comes', async () => {
  for (const readsAs of ['snapshot', undefined] as const)
    expect(await read([[ada, ada], [ada]], readsAs && { readsAs })).toMatchObject({
      shown: ['7 Ada', '7 Ada', '7 Ada'],
      warnings: [],
    });
});

test('duplicateKeys: last takes the last one, also where the one before it is equal to the first', async () => {
  const policy = 'last';
  expect((await read([[ada, cid], [bea]], { readsAs: 'snapshot', policy })).shown).toEqual(['8 Cid', '7 Bea']);
  expect((await read([[ada], [bea], [ada]], { readsAs: 'snapshot', policy })).shown).toEqual(['7 Ada', '7 Ada']);
  expect((await read([[ada, bea]], { policy })).shown).toEqual(['7 Bea']);
});

test('two records of one page of an API are two; one that changed while it was read is one', async () => {
  expect((await read([[ada, bea]])).shown).toEqual(['7 Ada ✖', '7 Bea ✖']);
  const same = [
    { ...ada, updatedAt: at(1) },
    { ...bea, updatedAt: at(1) },
  ];
  expect((await read([same])).shown).toEqual(['7 Ada ✖', '7 Bea ✖']);
  const changed = [[{ ...ada, updatedAt: at(1) }], [{ ...bea, updatedAt: at(2) }]];
  expect(await read(changed)).toMatchObject({ shown: ['7 Ada', '7 Bea'], warnings: [] });
  expect((await read([changed.flat()])).shown).toEqual(['7 Ada', '7 Bea']);
});

test('where nothing says which one is newer, the second does not take the place of the first', async () => {
  expect((await read([[ada], [cid], [bea]])).shown).toEqual(['7 Ada', '8 Cid', '7 Bea ✖']);
});

test('in a log the later record is the newer version', async () => {
  expect(await read([[ada, bea]], { readsAs: 'log' })).toMatchObject({ shown: ['7 Ada', '7 Bea'], warnings: [] });
});

test('that a record is gone is news, and no second record', async () => {
  const gone = { key: '7', state: 'deleted', data: null } as const;
  expect(await read([[ada], [gone]])).toMatchObject({
    records: [{ state: 'active' }, { state: 'deleted' }],
    warnings: [],
  });
  expect((await read([[ada, gone]])).records.map(({ fault }) => fault)).toEqual([undefined, undefined]);
});

test('nobody knows which of two is the inactive one: neither is deactivated', async () => {
  const { records } = await read([[ada, { ...bea, state: 'inactive' }]]);
  expect(records.map(({ state, fault }) => [state, fault?.code])).toEqual([
    ['active', 'duplicate-key'],
    ['active', 'duplicate-key'],
  ]);
});

test.each(['1.23457E+15', '1,23457E+15', '9E+21'])(
  'a key like %s is one that a spreadsheet has rounded',
  async (key) => {
    const { warnings } = await read([[{ key, name: 'Ada', place: 'row 2' }]]);
    expect(warnings).toEqual([
      `rounded-key: Keys look like numbers that a spreadsheet or a program has rounded, so that several customers may share one: ${key} (row 2). Export the column as text.`,
    ]);
  },
);

test.each(['1E5', 'E+15', '12E+15', 'A1.5E+15', '1234567890'])('a key like %s is one', async (key) => {
  expect((await read([[{ key, name: 'Ada' }]])).warnings).toEqual([]);
});
