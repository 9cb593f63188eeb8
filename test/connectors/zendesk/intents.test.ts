import { expect, test } from 'vitest';
import { parseIntent } from '../../../src/connectors/zendesk/write/intents.ts';

const change = { from: ['Acme'], to: ['Acme', 'Example'] };

test('a write that version 0.1 left in the state is read under the names of today', () => {
  const left = {
    kind: 'update',
    key: '7',
    id: '1001',
    externalId: 'quickbooks:1:7',
    origin: 'linked',
    set: { name: 'Ann Example' },
    beside: { organizations: change },
    emailRefusal: { message: 'taken', watchedId: '1002' },
    letGo: 'old@example.com',
    sent: { guarded: 'a field of the customer’s own' },
    before: { name: 'Ann' },
    sentBefore: { name: 'Ann' },
    guarded: true,
    dropsLink: true,
    skipVerifyEmail: true,
  };
  expect(parseIntent(left)).toEqual({
    kind: 'update',
    key: '7',
    id: '1001',
    externalId: 'quickbooks:1:7',
    origin: 'linked',
    set: { name: 'Ann Example' },
    related: { organizations: change },
    emailRefusal: { message: 'taken', blockedByUserId: '1002' },
    releaseEmail: 'old@example.com',
    sent: { guarded: 'a field of the customer’s own' },
    before: { name: 'Ann' },
    previousLastSent: { name: 'Ann' },
    onlyIfUnchanged: true,
    unlinksCustomer: true,
    skipVerifyEmail: true,
  });
});

test('a create and a delete of version 0.1 keep their conditions', () => {
  const common = { key: '7', externalId: 'quickbooks:1:7' };
  const create = { kind: 'create', ...common, mapped: {}, skipVerifyEmail: true, guarded: true };
  expect(parseIntent(create)).toMatchObject({ onlyIfUnchanged: true });
  const remove = { kind: 'delete', ...common, id: '1001', origin: 'created', sent: {}, dropsLink: true };
  expect(parseIntent(remove)).toMatchObject({ unlinksCustomer: true });
});
