import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Page, SourceRecord } from '../../core/domain/record.ts';
import { assert } from '../assert.ts';
import { assertAll, createSnapshot } from '../reading.ts';
import type { TestContext } from '../test-context.ts';
import type { Check } from './check.ts';

/** Records wait in the state file, and keys are what everything hangs on. */
export const checkRecords: Check = {
  name: 'gives records that can be kept',
  pages: 2,
  async run(testContext) {
    const { twin, open, context, record } = testContext;
    const pages: Page[] = await Array.fromAsync(open().read(undefined, context()));
    const present = new Set(twin.keys());
    const given = createSnapshot();
    for (const page of pages) {
      given.note(page);
      assert(isJson(page.cursor), 'A cursor is not the same after it was saved as JSON.');
      assertOneEach(page);
      for (const one of page.records) {
        const { key } = one;
        assert(key.isWellFormed(), `The key ${JSON.stringify(key)} has half a character in it: it can't be kept.`);
        assert(present.has(key), `The source gave a record ${JSON.stringify(key)}, and the twin has no such key.`);
        assertData(one, record);
      }
    }
    assertAll(given, present, 'In a read of everything');
    await assertByKey(testContext);
  },
};

/** A key that stands on a page twice with different data is two records that pass for one. */
function assertOneEach({ records }: Page): void {
  const known = new Map<string, SourceRecord>();
  for (const one of records) {
    const other = known.get(one.key);
    known.set(one.key, one);
    const isVersion = other?.updatedAt?.getTime() !== one.updatedAt?.getTime();
    const isSame = !other || isVersion || isDeepStrictEqual(other.data, one.data);
    assert(isSame, `The key ${one.key} stands on a page twice, with different data: which record has it?`);
  }
}

function assertData({ key, data, state, updatedAt }: SourceRecord, schema: z.ZodType): void {
  assert(isJson(data), `The data of ${key} is not the same after it was saved as JSON.`);
  assert(!Number.isNaN(updatedAt?.getTime()), `updatedAt of ${key} is not a valid time.`);
  if (state === 'deleted') return;
  const [issue] = schema.safeParse(data).error?.issues ?? [];
  const where = issue && (issue.path.join('.') || 'it');
  assert(!issue, `The data of ${key} is not of the shape that the connector declares as record: ${where}.`);
}

export const checkIdentity: Check = {
  name: 'says who it reads as',
  pages: 1,
  async run({ open, context, proxy }) {
    const { identity, lines } = await open().check(context());
    assert(proxy?.count() !== 0, 'check() asked the other side nothing: it would find every account well.');
    assert(identity.trim() !== '', 'check() returned no identity.');
    for (const { ok, title, detail } of lines)
      assert(ok !== false, `check() found a fault on a good twin: ${title}, ${detail}.`);
  },
};

/** Where a source has `readKeys`, which `--keys` uses, it gives the records that there are, and no others. */
async function assertByKey({ twin, open, context }: TestContext): Promise<void> {
  const source = open();
  if (!source.readKeys) return;
  const wanted = [...new Set([twin.keys()[0], twin.keys().at(-1)].flatMap((key) => key ?? []))].sort();
  const found = new Set<string>();
  for await (const { records } of source.readKeys([...wanted, '999999999'], context()))
    for (const { key } of records) found.add(key);
  const given = [...found].sort();
  assert(isDeepStrictEqual(given, wanted), `Asked for ${wanted.join(', ')}, readKeys gave ${given.join(', ')}.`);
}

function isJson(value: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(value) ?? 'null'), value);
}
