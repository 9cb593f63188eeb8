import { describe, expect, onTestFinished, test } from 'vitest';
import { http } from '../../../../src/connectors/http/index.ts';
import type { Cursor, Page, SourceRecord } from '../../../../src/core/domain/record.ts';
import { createMemoryCredentials, mapperOf } from '../../../../src/testing/index.ts';
import { createContext, quiet } from '../../../kit/ports.ts';
import { createTestClock } from '../../../kit/test-clock.ts';
import { vendors } from './all-vendors.ts';
import { mappingBlock, sourceBlock } from './example-config.ts';
import { createVendorTwin, type Vendor } from './vendor-twin.ts';

/** Longer than any overlap. */
const longMs = 4 * 86_400_000;

/** An example on its twin, which holds two full pages and a half. */
async function exampleOn(vendor: Vendor) {
  const { clock, slept, pass } = createTestClock({ moves: 'at-once' });
  const twin = await createVendorTwin(vendor, { pages: 3, clock });
  onTestFinished(() => twin.close());
  const credentials = createMemoryCredentials();
  const { context, warnings } = createContext();
  const config = { connector: 'http', ...sourceBlock(vendor.name, twin.url) };
  /** As a new process has it. `pages`: break off after so many. */
  const read = async (from?: Cursor, pages = Number.POSITIVE_INFINITY): Promise<readonly Page[]> => {
    const source = http.configure(config).createSource({
      folder: '.',
      stdin: process.stdin,
      clock,
      log: quiet,
      credentials,
      onSecret: () => undefined,
    });
    const found: Page[] = [];
    try {
      for await (const page of source.read(from, context)) {
        found.push(page);
        if (found.length === pages) break;
      }
      return found;
    } finally {
      await source.close?.();
    }
  };
  return { twin, read, slept, pass, warnings };
}

const keysOf = (pages: readonly Page[]): string[] => pages.flatMap(({ records }) => records.map(({ key }) => key));
const cursorOf = (pages: readonly Page[]): Cursor | undefined => pages.at(-1)?.cursor;

describe.each(vendors)('examples/$name', (vendor) => {
  test('a full read has every customer once, and says so where pages stay in place', async () => {
    const { twin, read, warnings } = await exampleOn(vendor);
    const pages = await read();
    expect(keysOf(pages)).toEqual(twin.keys());
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.at(-1)?.whole).toBe(vendor.countsPages ? undefined : true);
    expect(pages[0]?.records[0]).toMatchObject({ state: 'active' });
    expect(warnings).toEqual([]);
  });

  test('its mapping makes users, of somebody without an address too', async () => {
    const { read } = await exampleOn(vendor);
    const map = mapperOf(http, { mapping: mappingBlock(vendor.name) });
    const records = new Map((await read()).flatMap((page) => page.records.map((record) => [record.key, record])));
    const { idOf = String } = vendor;
    const mapped = [idOf(1), idOf(2)].map((key) => {
      const record = records.get(key);
      // Records of http are objects.
      return record && map(record as SourceRecord<Readonly<Record<string, unknown>>>);
    });
    expect(mapped[0]).toMatchObject({ kind: 'payload', payload: { name: 'Customer 1', email: 'c1@example.com' } });
    expect(mapped[1]).toMatchObject({ kind: 'payload', payload: { name: 'Customer 2' } });
    expect(mapped[1]).not.toMatchObject({ payload: { email: expect.any(String) } });
  });

  test('the next read has what has changed since, and what has come', async () => {
    const { twin, read, pass } = await exampleOn(vendor);
    const from = cursorOf(await read());
    pass(longMs);
    const [first = ''] = twin.keys();
    const { text } = await twin.change(first);
    const { key: added } = await twin.add();
    pass(longMs);
    const pages = await read(from);
    const changed = vendor.noChanges === undefined ? [first, added] : twin.keys();
    expect(keysOf(pages).toSorted()).toEqual(changed.toSorted());
    expect(JSON.stringify(pages)).toContain(text);
    expect(keysOf(await read(cursorOf(pages)))).toEqual(vendor.noChanges === undefined ? [] : twin.keys());
  });

  test('a read that was broken off goes on, or begins again where pages move', async () => {
    const { twin, read } = await exampleOn(vendor);
    const first = await read(undefined, 1);
    const rest = await read(JSON.parse(JSON.stringify(cursorOf(first))));
    expect(keysOf(rest)).toEqual(vendor.countsPages ? twin.keys() : twin.keys().slice(first[0]?.records.length));
  });

  test('a refusal for too many requests is waited for', async () => {
    const { twin, read, slept } = await exampleOn(vendor);
    twin.throttle(1);
    expect(keysOf(await read())).toEqual(twin.keys());
    // The limit of the configuration itself makes requests wait too.
    expect(slept.map((ms) => Math.round(ms))).toContain(vendor.waitMs);
  });

  test('an expired token is renewed once; a key that is refused ends the run with exit 3', async () => {
    const { twin, read } = await exampleOn(vendor);
    await read(undefined, 1);
    const before = twin.tokensGiven?.();
    twin.expireTokens?.();
    expect(keysOf(await read())).toEqual(twin.keys());
    if (before !== undefined) expect(twin.tokensGiven?.()).toBe(before + 1);
    twin.revoke();
    const asked = twin.asked();
    await expect(read()).rejects.toMatchObject({ exitCode: 3 });
    expect(twin.asked() - asked).toBeLessThanOrEqual(2);
  });
});
