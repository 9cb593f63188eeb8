import { expect, onTestFinished, test } from 'vitest';
import { hubspot } from '../../../src/connectors/hubspot/index.ts';
import { defined } from '../../../src/core/defined.ts';
import type { Warning } from '../../../src/core/domain/context.ts';
import type { Cursor, Page } from '../../../src/core/domain/record.ts';
import { createFakeClock, createMemoryCredentials } from '../../../src/testing/index.ts';
import { usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { createContext, quiet } from '../../kit/ports.ts';
import { createHubspotTwin, type HubspotTwinOptions } from './hubspot-twin.ts';

const minuteMs = 60_000;

async function started({ uses, ...more }: HubspotTwinOptions & { uses?: readonly string[] } = {}) {
  const clock = createFakeClock();
  const twin = await createHubspotTwin({ pages: 1, clock }, { contacts: 3, ...more });
  const source = hubspot
    .configure({ connector: 'hubspot', baseUrl: twin.url, portalId: '12345678', token: 'pat-test-token' })
    .createSource({
      folder: '.',
      stdin: process.stdin,
      clock,
      log: quiet,
      credentials: createMemoryCredentials(),
      onSecret: () => undefined,
      ...defined({ uses }),
    });
  onTestFinished(async () => {
    await source.close?.();
    await twin.close();
  });
  const messages: string[] = [];
  const context = { ...createContext().context, warn: ({ message }: Warning) => messages.push(message) };
  const read = async (from?: Cursor): Promise<Page[]> => {
    twin.asked.length = 0;
    return await Array.fromAsync(source.read(from, context));
  };
  return { clock, twin, source, context, read, reported: () => messages };
}

const keysOf = (pages: readonly Page[]) => pages.flatMap(({ records }) => records.map(({ key }) => key));
const endOf = (pages: readonly Page[]): Cursor => JSON.parse(JSON.stringify(pages.at(-1)?.cursor));

test('a contact has the properties that are configured and those that the mapping names, and no others', async () => {
  const { read } = await started({ contacts: 1, uses: ['properties.jobtitle', 'createdAt'] });
  const [page] = await read();
  expect(page?.records).toEqual([
    {
      key: '1',
      state: 'active',
      updatedAt: new Date('2026-01-05T09:00:00.000Z'),
      data: {
        id: '1',
        archived: false,
        createdAt: '2025-06-01T08:00:00.000Z',
        updatedAt: '2026-01-05T09:00:00.000Z',
        properties: {
          firstname: 'Change 1',
          lastname: 'Ricci',
          email: 'c1@example.com',
          phone: '+14155550100',
          mobilephone: null,
          company: null,
          jobtitle: null,
        },
      },
    },
  ]);
});

test('more contacts than a search has results, all changed at one time, come all of them', async () => {
  const { clock, twin, read } = await started({ contacts: 1_200, maxResults: 1_000 });
  const end = endOf(await read());
  clock.advance(60 * minuteMs);
  for (let n = 1; n <= 1_200; n += 1) twin.change(String(n));
  expect(new Set(keysOf(await read(end))).size).toBe(1_200);
  // 200 a page, and the recycle bin.
  expect(twin.asked).toHaveLength(7);
});

test('a contact that the search shows late is found by the next read', async () => {
  const { clock, twin, read } = await started({ lagMs: 5 * minuteMs });
  clock.advance(60 * minuteMs);
  const first = endOf(await read());
  clock.advance(60 * minuteMs);
  const { text } = twin.change('2');
  const second = await read(first);
  expect(keysOf(second)).toEqual([]);
  clock.advance(5 * minuteMs);
  const third = await read(endOf(second));
  expect(JSON.stringify(third)).toContain(text);
});

test('who was put into the recycle bin since is deleted, and nobody is reported twice for long', async () => {
  const { clock, twin, read } = await started();
  twin.remove('1');
  clock.advance(60 * minuteMs);
  const first = await read();
  expect([keysOf(first), first.at(-1)?.whole, twin.asked]).toEqual([['2', '3'], true, ['GET']]);
  clock.advance(60 * minuteMs);
  twin.remove('2');
  const second = await read(endOf(first));
  expect(second.flatMap(({ records }) => records)).toMatchObject([{ key: '2', state: 'deleted' }]);
  expect(second.at(-1)?.whole).toBeUndefined();
  expect(twin.asked).toEqual(['POST search', 'GET archived']);
  clock.advance(60 * minuteMs);
  const third = await read(endOf(second));
  clock.advance(60 * minuteMs);
  expect(keysOf(await read(endOf(third)))).toEqual([]);
});

test('a list that was broken off goes on, and looks into the recycle bin, since it has not seen everybody', async () => {
  const { twin, read } = await started({ contacts: 250 });
  const [first] = await read();
  twin.remove('1');
  const rest = await read(JSON.parse(JSON.stringify(first?.cursor)));
  expect(keysOf(rest)).toHaveLength(151);
  expect(rest.at(-1)).toMatchObject({ records: [{ key: '1', state: 'deleted' }] });
  expect(rest.some(({ whole }) => whole)).toBe(false);
});

const manyProperties = Array.from({ length: 900 }, (_, n) => `properties.one_of_the_many_${n}`);

test('more properties than an address can hold are asked for in bodies, of lists, changes and the recycle bin', async () => {
  const { clock, twin, read } = await started({ contacts: 150, uses: manyProperties });
  clock.advance(60 * minuteMs);
  const pages = await read();
  expect(keysOf(pages)).toEqual(Array.from({ length: 150 }, (_, n) => String(n + 1)));
  expect(pages.at(-1)?.whole).toBe(true);
  expect(twin.asked).toEqual(['GET', 'POST batch/read', 'POST search', 'GET', 'POST batch/read']);
  const { properties }: { properties?: object } = Object(pages[0]?.records[0]?.data);
  expect(properties).toMatchObject({ email: 'c1@example.com', one_of_the_many_899: null });
  clock.advance(60 * minuteMs);
  twin.remove('2');
  const [changed, removed] = await read(endOf(pages));
  expect([changed?.records, removed?.records]).toMatchObject([[], [{ key: '2', state: 'deleted' }]]);
});

test('a contact that is gone between a list and its properties is left out, and the scan is not whole', async () => {
  const { twin, read } = await started({ uses: manyProperties });
  twin.loseMeanwhile('2');
  const pages = await read();
  expect([keysOf(pages), pages.at(-1)?.whole]).toEqual([['1', '3'], undefined]);
});

const plain = { firstname: 'Ada', email: 'ada@example.com' };

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['a property that is a number', { properties: { ...plain, phone: 4155550100 } }, ''],
  ['a property that is a list', { properties: { ...plain, phone: ['x'] } }, 'Contact.properties.phone'],
  ['no properties', { properties: null }, ''],
  ['a time that is none', { createdAt: 'yesterday', updatedAt: 7 }, 'Contact.updatedAt'],
])('%s is the matter of its contact: it is read without it, and so are all others', async (_, odd, path) => {
  const { read, reported } = await started({ odd: { 2: odd } });
  const pages = await read();
  expect(keysOf(pages)).toEqual(['1', '2', '3']);
  expect(pages.at(-1)?.whole).toBe(true);
  expect(reported().join()).toContain(path);
  expect(reported().length > 0).toBe(path !== '');
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['without an id', { id: null }],
  ['whose state nobody can tell', { archived: 'perhaps' }],
])('a contact %s is left out and reported, and nobody counts as gone', async (_, odd) => {
  const { read, reported } = await started({ odd: { 2: odd } });
  const pages = await read();
  expect(keysOf(pages)).toEqual(['1', '3']);
  expect(pages.some(({ whole }) => whole)).toBe(false);
  expect(reported()).toEqual([expect.stringContaining('is needed and was not of the documented type')]);
});

test('discover lists the properties of contacts with what people call them', async () => {
  const { source, context } = await started();
  expect(await source.discover?.(context)).toEqual([
    { name: 'contacts', fields: [{ path: 'properties.jobtitle', type: 'string', title: 'Job Title' }] },
  ]);
});

test('contacts become users, and one that vanished without a word is found by a full read', async () => {
  const twin = await createHubspotTwin({ pages: 1, clock: Date }, { contacts: 3 });
  onTestFinished(twin.close);
  const source = `source:
  connector: hubspot
  portalId: "12345678"
  token: pat-test-token
  baseUrl: ${twin.url}
`;
  const it = await startTestEnvironment({ source });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 3 } });
  twin.change('2');
  twin.purge('3');
  expect(await it.run()).toMatchObject({ tallies: { updated: 1 } });
  expect(await it.run({ full: true })).toMatchObject({ tallies: { updated: 1, unchanged: 2 } });
  const users = new Map(usersOf(it.box).map((user) => [user.external_id, user]));
  expect(users.get('hubspot:12345678:2')).toMatchObject({ name: 'Change 4 Ricci', tags: ['hubspot'] });
  expect(users.get('hubspot:12345678:3')?.tags).toContain('hubspot-inactive');
});

test('a full read of several pages counts the contacts once; changes are counted by the search that finds them', async () => {
  const { clock, twin, read } = await started({ contacts: 250 });
  clock.advance(60 * minuteMs);
  const pages = await read();
  expect(pages.map(({ total }) => total)).toEqual([250, 250, 250]);
  expect(twin.asked).toEqual(['GET', 'POST search', 'GET', 'GET']);
  clock.advance(60 * minuteMs);
  twin.change('7');
  clock.advance(60 * minuteMs);
  expect((await read(endOf(pages))).map(({ total }) => total)).toEqual([1, 1]);
});

test('contacts that fit on one page are not counted', async () => {
  const { twin, read } = await started({ contacts: 3 });
  expect((await read()).map(({ total }) => total)).toEqual([undefined]);
  expect(twin.asked).toEqual(['GET']);
});

test('a search that HubSpot refuses leaves the progress without a percentage, and the read goes on', async () => {
  const { twin, read } = await started({ contacts: 150 });
  twin.refuseSearch();
  const pages = await read();
  expect(keysOf(pages)).toHaveLength(150);
  expect(pages.map(({ total }) => total)).toEqual([undefined, undefined]);
});
