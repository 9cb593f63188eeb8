import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { quickbooks } from '../../../src/connectors/quickbooks/index.ts';
import { createWebhookParser } from '../../../src/connectors/quickbooks/parse-webhook.ts';

const token = 'a verifier token';
const realm = '9130357992221046';
const parseWebhook = createWebhookParser({ webhookVerifierToken: token, realmId: realm });

function signed(value: unknown, key = token) {
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return { body, headers: { 'intuit-signature': createHmac('sha256', key).update(body).digest('base64') } };
}

const event = (more: object) => ({
  specversion: '1.0',
  id: 'e-1',
  source: 'intuit.bm90aGluZw==',
  type: 'qbo.customer.updated.v1',
  time: '2026-11-23T12:00:00.123456789Z',
  intuitentityid: '58',
  intuitaccountid: realm,
  ...more,
});
const legacy = (entity: object, realmId = realm) => ({
  eventNotifications: [{ realmId, dataChangeEvent: { entities: [{ name: 'Customer', id: '58', ...entity }] } }],
});
const changesOf = (value: unknown) => {
  const result = parseWebhook?.(signed(value));
  return result?.kind === 'changes' ? result.changes.map(({ key, kind }) => `${key} ${kind}`) : result;
};

test.each([
  ['created', ['58 changed']],
  ['updated', ['58 changed']],
  ['emailed', ['58 changed']],
  ['deleted', ['58 gone']],
])('a customer %s is read as a CloudEvent', (word, changes) => {
  expect(changesOf([event({ type: `qbo.customer.${word}.v1` })])).toEqual(changes);
});

test.each([
  ['Create', ['58 changed']],
  ['Update', ['58 changed']],
  ['Emailed', ['58 changed']],
  ['Delete', ['58 gone']],
])('%s of a customer is read in the older form', (operation, changes) => {
  expect(changesOf(legacy({ operation, lastUpdated: '2026-11-23T12:00:00Z' }))).toEqual(changes);
});

test('of a merge both are reported, in either form', () => {
  expect(changesOf([event({ type: 'qbo.customer.merged.v1', data: { deletedid: '59' } })])).toEqual([
    '58 gone',
    '59 gone',
  ]);
  expect(changesOf(legacy({ operation: 'Merge', deletedId: '59' }))).toEqual(['58 gone', '59 gone']);
});

test('other companies and other entities are passed over', () => {
  expect(changesOf([event({ intuitaccountid: '1' }), event({ type: 'qbo.invoice.updated.v1', id: 'e-2' })])).toEqual(
    [],
  );
  expect(changesOf(legacy({ operation: 'Update' }, '1'))).toEqual([]);
  expect(changesOf(legacy({ name: 'Vendor', operation: 'Update' }))).toEqual([]);
});

test('one malformed event of another company keeps nothing of ours back, in either form', () => {
  expect(changesOf([event({}), { id: 'e-2', intuitaccountid: '1' }])).toEqual(['58 changed']);
  expect(changesOf([{ ...event({ intuitaccountid: '1' }), intuitentityid: 7 }, event({})])).toEqual(['58 changed']);
  const [ours] = legacy({ operation: 'Update' }).eventNotifications;
  const theirs = [
    { realmId: '1', dataChangeEvent: { entities: [{ id: 58 }] } },
    { realmId: '1', dataChangeEvent: 7 },
  ];
  expect(changesOf({ eventNotifications: [...theirs, ours] })).toEqual(['58 changed']);
});

test('a repeat has the same id, another change another one', () => {
  const idOf = (value: unknown) => {
    const result = parseWebhook?.(signed(value));
    return result?.kind === 'changes' ? result.changes[0]?.id : undefined;
  };
  const update = (lastUpdated: string) => legacy({ operation: 'Update', lastUpdated });
  expect(idOf([event({})])).toBe('e-1');
  expect(idOf(update('2026-11-23T12:00:00Z'))).toBe(idOf(update('2026-11-23T12:00:00Z')));
  expect(idOf(update('2026-11-23T12:00:00Z'))).not.toBe(idOf(update('2026-11-23T12:00:01Z')));
});

const good = signed([event({})]);

test.each([
  ['another token', signed([event({})], 'another token')],
  ['no signature', { body: good.body, headers: {} }],
  [
    'half a signature',
    { body: good.body, headers: { 'intuit-signature': good.headers['intuit-signature'].slice(0, 8) } },
  ],
  ['another body', { ...good, body: Buffer.from(`${good.body.toString()} `) }],
])('%s is forged', (_, request) => {
  expect(parseWebhook?.(request)).toMatchObject({ kind: 'refused', status: 401 });
});

test.each([
  ['no JSON', 'hello'],
  ['another object', { events: [] }],
  ['a list of no events', ['hello']],
  ['a customer event without its customer', [event({ intuitentityid: undefined })]],
  ['one bad event among good ones', [event({}), { id: 'e-2' }]],
  ['one bad event of this company among good ones', [event({}), { id: 'e-2', intuitaccountid: realm }]],
  ['an older event of nobody', { eventNotifications: [{ dataChangeEvent: { entities: [] } }] }],
  [
    'an older event without a name',
    { eventNotifications: [{ realmId: realm, dataChangeEvent: { entities: [{ id: '1' }] } }] },
  ],
])('%s is malformed, although it is signed', (_, value) => {
  expect(changesOf(value)).toMatchObject({ kind: 'refused', status: 400 });
});

test('without a verifier token nothing is received', () => {
  const config = { connector: 'quickbooks', realmId: realm, clientId: 'c', clientSecret: 's', refreshToken: 'r' };
  expect(quickbooks.configure(config).parseWebhook).toBeUndefined();
  expect(quickbooks.configure({ ...config, webhookVerifierToken: token }).parseWebhook).toBeDefined();
});
