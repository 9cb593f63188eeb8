import { expect, test } from 'vitest';
import { parseIntent } from '../../../src/connectors/zendesk/write/intents.ts';

const change = { from: ['Acme'], to: ['Acme', 'Example'] };
const user = { id: '1001', role: 'end-user', active: true, updatedAt: 1_700_000_000_000, fields: { name: 'Ann' } };
const common = { key: '7', id: '1001', externalId: 'quickbooks:1:7', origin: 'linked' } as const;
const kept = { ...common, set: { name: 'Ann Example' }, before: { name: 'Ann' } };

test('a write that version 0.1 left in the state is read as what it is called today', () => {
  const left = {
    kind: 'update',
    key: '7',
    id: '1001',
    externalId: 'quickbooks:1:7',
    origin: 'linked',
    set: { name: 'Ann Example' },
    beside: { organizations: change },
    emailRefusal: { message: 'taken', watchedId: '1002' },
    sent: { guarded: 'a field of the customer’s own' },
    before: { name: 'Ann' },
    sentBefore: { name: 'Ann' },
    guarded: true,
    skipVerifyEmail: true,
  };
  expect(parseIntent(left)).toEqual({
    ...kept,
    kind: 'update',
    tags: { add: [], remove: [] },
    related: { organizations: change },
    address: { kind: 'blocked', message: 'taken', blockedByUserId: '1002' },
    sent: { guarded: 'a field of the customer’s own' },
    previousLastSent: { name: 'Ann' },
    ifEmpty: [],
    onlyIfUnchanged: true,
    skipVerifyEmail: true,
  });
});

test.each([
  { left: { email: { to: 'new@example.com', from: 'old@example.com' } }, kind: 'update' },
  { left: { code: 'adopt', email: { to: 'new@example.com', from: 'old@example.com' } }, kind: 'adopt' },
  { left: { code: 'takeover', email: { to: 'new@example.com', from: 'old@example.com' } }, kind: 'takeover' },
  {
    left: { code: 'deactivate', email: { to: 'new@example.com', from: 'old@example.com' }, deactivated: 'tag' },
    kind: 'deactivate',
  },
])('the code of an earlier update is its kind: $kind', ({ left, kind }) => {
  const stored = {
    kind: 'update',
    key: '7',
    id: '1001',
    externalId: 'quickbooks:1:7',
    origin: 'linked',
    set: { name: 'Ann Example' },
    tags: { add: ['vip'], remove: [] },
    sent: { name: 'Ann Example' },
    before: { name: 'Ann' },
    previousLastSent: { name: 'Ann' },
    ifEmpty: ['name'],
    user,
    skipVerifyEmail: false,
    ...left,
  };
  expect(parseIntent(stored)).toEqual({
    ...kept,
    kind,
    tags: { add: ['vip'], remove: [] },
    related: {},
    address: { kind: 'move', to: 'new@example.com', from: 'old@example.com' },
    sent: { name: 'Ann Example' },
    previousLastSent: { name: 'Ann' },
    ifEmpty: ['name'],
    onlyIfUnchanged: false,
    user,
    skipVerifyEmail: false,
    ...(kind === 'deactivate' && { deactivated: 'tag' }),
  });
});

test('an address that an earlier version was giving up is still given up, and nothing else is written', () => {
  const left = {
    kind: 'update',
    key: '7',
    id: '1001',
    externalId: 'quickbooks:1:7',
    origin: 'linked',
    set: {},
    letGo: 'old@example.com',
    sent: { name: 'Ann' },
    before: {},
    user,
    skipVerifyEmail: true,
  };
  expect(parseIntent(left)).toEqual({
    ...common,
    kind: 'release-email',
    address: 'old@example.com',
    sent: { name: 'Ann' },
    user,
  });
});

test.each([
  { left: { letGo: 'new@example.com', dropsLink: true }, address: { kind: 'release', address: 'new@example.com' } },
  { left: { email: { to: 'old@example.com' }, dropsLink: true }, address: { kind: 'move', to: 'old@example.com' } },
  { left: { unlinksCustomer: true }, address: { kind: 'keep' } },
])('an undo of an earlier version goes on as one: $address.kind', ({ left, address }) => {
  const stored = {
    kind: 'update',
    code: 'undo',
    key: '7',
    id: '1001',
    externalId: 'quickbooks:1:7',
    origin: 'linked',
    set: { name: 'Ann Example' },
    sent: {},
    before: { name: 'Ann' },
    user,
    skipVerifyEmail: true,
    ...left,
  };
  expect(parseIntent(stored)).toEqual({
    ...kept,
    kind: 'revert',
    tags: { add: [], remove: [] },
    related: {},
    address,
    sent: {},
    user,
    unlinksCustomer: true,
  });
});

test('a create and a delete of version 0.1 keep their conditions', () => {
  const row = { key: '7', externalId: 'quickbooks:1:7' };
  const create = { kind: 'create', ...row, mapped: {}, skipVerifyEmail: true };
  expect(parseIntent({ ...create, guarded: true })).toEqual({ ...create, onlyIfUnchanged: true });
  expect(parseIntent(create)).toEqual({ ...create, onlyIfUnchanged: false });
  const remove = { kind: 'delete', ...row, id: '1001', origin: 'created', sent: {} };
  expect(parseIntent(remove)).toEqual(remove);
  expect(parseIntent({ ...remove, code: 'undo', dropsLink: true })).toEqual({ ...remove, kind: 'revert-create' });
});

test('an intent of today is read as it is', () => {
  const row = { key: '7', externalId: 'quickbooks:1:7' };
  const target = { ...row, id: '1001', origin: 'linked', sent: { name: 'Ann' }, user };
  const written = { ...target, set: { name: 'Ann' }, tags: { add: [], remove: [] }, related: {}, before: {} };
  const customer = { previousLastSent: {}, ifEmpty: [], onlyIfUnchanged: false, skipVerifyEmail: true };
  const today = [
    { kind: 'create', ...row, mapped: { name: 'Ann' }, skipVerifyEmail: true, onlyIfUnchanged: false },
    { kind: 'update', ...written, ...customer, address: { kind: 'keep' } },
    { kind: 'adopt', ...written, ...customer, address: { kind: 'blocked', message: 'taken', blockedByUserId: '1002' } },
    { kind: 'release-email', ...target, address: 'old@example.com' },
    { kind: 'revert', ...written, address: { kind: 'release', address: 'new@example.com' }, unlinksCustomer: true },
    { kind: 'delete', ...target },
    { kind: 'revert-create', ...target },
  ];
  for (const intent of today) expect(parseIntent(intent)).toEqual(intent);
});

test('what no version of ours has written is refused', () => {
  expect(() => parseIntent({ kind: 'merge', key: '7' })).toThrow('cannot be read');
});
