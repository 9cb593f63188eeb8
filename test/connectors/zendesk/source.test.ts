import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { zendeskSource } from '../../../src/connectors/zendesk/source/index.ts';
import type { Warning } from '../../../src/core/domain/context.ts';
import type { Page } from '../../../src/core/domain/record.ts';
import { type SandboxOptions, startSandbox, zendeskCredentials } from '../../../src/sandbox/index.ts';
import { memoryCredentials, quiet } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';
import { signal } from '../../kit/twins/zendesk.ts';

const warned: Warning[] = [];
const context = { signal, log: quiet, warn: (warning: Warning) => void warned.push(warning) };

/** A source of an account with these many people. */
async function account(customers: number, options: SandboxOptions = {}, config: object = {}) {
  const box = await startSandbox({ from: 'zendesk', customers, plan: 'unlimited', ...options });
  onTestFinished(() => box.close());
  const { zendeskSource: there } = box;
  if (!there) throw new Error('The sandbox has no second account.');
  const auth = { type: 'bearer', token: zendeskCredentials.adminToken };
  const { clock, slept } = createTestClock({ moves: 'at-once' });
  const source = zendeskSource.configure({ connector: 'zendesk', baseUrl: there.url, auth, ...config }).createSource({
    clock,
    credentials: memoryCredentials(),
    log: quiet,
    onSecret: () => undefined,
    folder: '.',
    stdin: Readable.from([]),
  });
  onTestFinished(async () => await source.close?.());
  const read = async (from?: Page['cursor']) => await Array.fromAsync(source.read(from, context));
  return { there, source, read, slept };
}

const keysOf = (pages: readonly Page[]): string[] => pages.flatMap(({ records }) => records.map(({ key }) => key));

test('agents are no records, and roles takes them in', async () => {
  const { there, read, source } = await account(5);
  expect(keysOf(await read())).toHaveLength(5);
  const [first] = [...there.users.byId.keys()];
  there.edit(first ?? 0, { role: 'agent' });
  expect(keysOf(await read())).toHaveLength(4);
  const byKey = await Array.fromAsync(source.readKeys?.([String(first)], context) ?? []);
  expect(keysOf(byKey)).toEqual([]);
  expect(keysOf(await (await account(5, {}, { roles: ['end-user', 'agent'] })).read())).toHaveLength(8);
});

test.each<[string, Readonly<Record<string, unknown>>, unknown]>([
  ['notes', { notes: { a: 1 } }, undefined],
  ['phone', { phone: 4155550100 }, '4155550100'],
  ['tags', { tags: 'vip' }, undefined],
  ['updated_at', { updated_at: 7 }, '7'],
  ['suspended', { suspended: 'perhaps' }, undefined],
  ['suspended', { suspended: 'true', active: 'true' }, true],
])(
  '%s of another type is the matter of its user: it is read without it, and so are all others',
  async (name, odd, as) => {
    warned.length = 0;
    const { there, read } = await account(3);
    const [, second] = [...there.users.byId.values()].filter(({ role }) => role === 'end-user');
    Object.assign(second ?? {}, odd);
    const pages = await read();
    expect(keysOf(pages)).toHaveLength(3);
    expect(pages.at(-1)?.whole).toBe(true);
    const record = pages.flatMap(({ records }) => records).find(({ key }) => key === String(second?.id));
    expect(Reflect.get(Object(record?.data), name)).toEqual(as);
    expect(warned.map(({ message }) => message)).toEqual(
      as === undefined ? [expect.stringContaining(`User.${name} was not of the documented type`)] : [],
    );
  },
);

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['role', { role: 7 }],
  ['role', { role: null }],
  ['role', { role: 'owner?' }],
  ['active', { active: 'perhaps' }],
  ['id', { id: null }],
])('a user whose %s cannot be read (%j) is left out with a warning, and nobody counts as gone', async (name, odd) => {
  warned.length = 0;
  const { there, read } = await account(3);
  const [, second] = [...there.users.byId.values()].filter(({ role }) => role === 'end-user');
  if (second) second.odd = odd;
  const pages = await read();
  expect(keysOf(pages)).toHaveLength(2);
  expect(pages.some(({ whole }) => whole)).toBe(false);
  expect(warned).toMatchObject([
    { code: 'records-unreadable', message: expect.stringContaining(`User.${name} is needed`) },
  ]);
});

test('a cursor that Zendesk does not take any more: everybody is read', async () => {
  const { there, read } = await account(3);
  there.faults.add({ fault: '400', path: 'incremental', nth: 1 });
  const pages = await read({ export: { cursor: 'long-ago' } });
  expect(keysOf(pages)).toHaveLength(3);
  expect(pages.at(-1)).toMatchObject({ whole: true, cursor: { export: { startTime: expect.any(Number) } } });
});

test('tags of custom fields go with the field, and lookup fields stay', async () => {
  const { there, read } = await account(1);
  there.customFields.define({ key: 'seller', type: 'lookup', title: 'Seller', relationship_target_type: 'zen:user' });
  const [id = 0] = [...there.users.byId.keys()];
  there.edit(id, { tags: ['vip'], user_fields: { seller: '42', newsletter: true, member_level: 'gold' } });
  expect(there.users.byId.get(id)?.tags).toEqual(['gold', 'newsletter', 'vip']);
  const [page] = await read();
  const data = page?.records[0]?.data;
  expect(data).toMatchObject({ tags: ['vip'], user_fields: { newsletter: true, member_level: 'gold' } });
  expect(data).not.toHaveProperty('user_fields.seller');
});

test('exports keep to ten a minute', async () => {
  const { there, read, slept } = await account(0);
  for (let n = 0; n < 10_100; n += 1)
    there.users.age(there.users.create({ name: `User ${n}`, skip_verify_email: true }), 600_000);
  const since = Math.floor(Date.now() / 1000) - 3600;
  const pages = await read({ export: { startTime: since } });
  expect(keysOf(pages)).toHaveLength(10_100);
  expect(pages).toHaveLength(11);
  expect(slept.some((ms) => ms > 30_000)).toBe(true);
});
