import { expect, test } from 'vitest';
import type {
  ExistingUserIntent,
  ReleaseEmailIntent,
  RevertIntent,
  UpdateIntent,
} from '../../../src/connectors/zendesk/write/intents.ts';
import type { SinkPolicies } from '../../../src/core/destination.ts';
import { createContext, noon } from '../../kit/ports.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';
import { address, createSink, zen } from '../../kit/twins/zendesk.ts';

const [old, wanted] = ['old@example.com', 'new@example.com'];
const identities = '/api/v2/users/7/identities';

withoutNetwork();

const target = { key: '58', id: '7', externalId: 'quickbooks:1:58', origin: 'created' } as const;
const change = {
  ...target,
  set: {},
  tags: { add: [], remove: [] },
  related: {},
  address: { kind: 'move', to: wanted, from: old },
  sent: { name: 'Jo', email: wanted },
  before: { email: old },
} as const;
const update: UpdateIntent = {
  ...change,
  kind: 'update',
  previousLastSent: {},
  ifEmpty: [],
  onlyIfUnchanged: false,
  skipVerifyEmail: true,
};
const revert: RevertIntent = { ...change, kind: 'revert', unlinksCustomer: false };
const release: ReleaseEmailIntent = { ...target, kind: 'release-email', address: old, sent: { name: 'Jo' } };

/** The write of a changed address of user 7, from the look just before it to its outcome. */
async function write(
  intent: ExistingUserIntent = update,
  { policies = {}, role = 'end-user' }: { readonly policies?: Partial<SinkPolicies>; readonly role?: string } = {},
) {
  zen()
    .get('/api/v2/users/show_many')
    .query({ ids: '7' })
    .reply(200, { users: [{ id: 7, name: 'Jo', email: old, role, active: true, tags: [] }] });
  const payload = { external_id: intent.externalId, name: 'Jo', skip_verify_email: true };
  const delivery = { key: '58', operation: 'update', payload, intent } as const;
  const { sink } = createSink({ policies });
  const [outcome] = await sink.write(
    { id: 'b1', operation: 'update', deliveries: [delivery], requestedAt: noon },
    { ...createContext().context, jobStarted: async () => undefined },
  );
  return outcome;
}

const add = () => zen().post(identities, { identity: { type: 'email', value: wanted, skip_verify_email: true } });
const makePrimary = (id: number, ...all: readonly object[]) =>
  zen().put(`${identities}/${id}/make_primary`).reply(200, { identities: all });
const list = (...all: readonly object[]) => zen().get(identities).reply(200, { identities: all });
const remove = (id: number, status = 204) => zen().delete(`${identities}/${id}`).reply(status);
const taken = {
  error: 'RecordInvalid',
  description: 'Record validation errors',
  details: {
    value: [{ description: `Value: ${wanted} is already being used by another user`, error: 'DuplicateValue' }],
  },
};
const changed = {
  kind: 'written',
  outcome: 'updated',
  changes: { email: [old, wanted] },
  link: { sent: { email: wanted } },
};

test('three calls, and no mail: added, made primary, the old one that we wrote taken away', async () => {
  add().reply(201, { identity: address(2, wanted) });
  makePrimary(2, address(2, wanted, true), address(1, old));
  remove(1);
  expect(await write()).toMatchObject(changed);
});

test('the old address stays where the policy says so', async () => {
  add().reply(201, { identity: address(2, wanted) });
  makePrimary(2, address(2, wanted, true), address(1, old));
  expect(await write(update, { policies: { oldEmail: 'keep' } })).toMatchObject(changed);
});

test('an address that we never wrote stays', async () => {
  add().reply(201, { identity: address(2, wanted) });
  makePrimary(2, address(2, wanted, true), address(1, old));
  expect(await write({ ...update, address: { kind: 'move', to: wanted } })).toMatchObject({ kind: 'written' });
});

test('an undo takes away the address that the run gave, whatever the policy says', async () => {
  add().reply(201, { identity: address(2, wanted) });
  makePrimary(2, address(2, wanted, true), address(1, old));
  remove(1);
  expect(await write(revert, { policies: { oldEmail: 'keep' } })).toMatchObject(changed);
});

test('an old address that is gone already is as good as taken away', async () => {
  add().reply(201, { identity: address(2, wanted) });
  makePrimary(2, address(2, wanted, true), address(1, 'OLD@Example.com'));
  remove(1, 404);
  list(address(2, wanted, true));
  expect(await write()).toMatchObject(changed);
});

test('refused because it is the user’s own address already: it is made primary', async () => {
  add().reply(422, taken);
  list(address(1, old, true), address(2, 'New@Example.com'), { ...address(3, wanted), type: 'twitter' });
  makePrimary(2, address(2, wanted, true), address(1, old));
  remove(1);
  expect(await write()).toMatchObject(changed);
});

test('refused because an earlier try got as far as making it primary: only the old one is left to do', async () => {
  add().reply(422, taken);
  list(address(2, wanted, true), address(1, old));
  list(address(2, wanted, true), address(1, old));
  remove(1);
  expect(await write()).toMatchObject(changed);
});

test.each([
  {
    expected: 'a sync looks again at the end, when that user may have given it up',
    intent: update,
    kind: 'unknown-cause',
  },
  {
    expected: 'a plan, which approved no second look, ends with it',
    intent: { ...update, onlyIfUnchanged: true },
    kind: 'refused',
  },
  { expected: 'an undo, which takes such rows up by itself, ends with it', intent: revert, kind: 'refused' },
])(
  'refused because another user has it: reported so, what we sent before still counts; $expected',
  async ({ intent, kind }) => {
    add().reply(422, taken);
    list(address(1, old, true));
    const outcome = await write(intent);
    expect(outcome).toMatchObject({
      kind,
      code: 'email-taken',
      blockedByEmail: wanted,
      link: { sent: { name: 'Jo', email: old } },
    });
    expect(JSON.stringify(Object(outcome).message)).not.toContain('@');
  },
);

test('the reply was lost but the address is there: it goes on from there', async () => {
  add().reply(502, '<html>bad gateway</html>');
  list(address(1, old, true), address(2, wanted));
  makePrimary(2, address(2, wanted, true), address(1, old));
  remove(1);
  expect(await write()).toMatchObject(changed);
});

test('a circle is opened by giving up an address that we wrote, after another one of the user’s is primary', async () => {
  list(address(1, old, true), address(3, 'private@example.com'));
  makePrimary(3, address(3, 'private@example.com', true), address(1, old));
  remove(1);
  const outcome = await write(release);
  expect(outcome).toMatchObject({ kind: 'redecide', users: [{ id: '7', email: 'private@example.com' }] });
});

test('a circle whose user has no other address leaves it without one for the moment', async () => {
  list(address(1, old, true));
  remove(1);
  const outcome = await write(release);
  expect(outcome).toMatchObject({ kind: 'redecide', users: [{ id: '7' }] });
  expect(Object(outcome).users[0]).not.toHaveProperty('email');
});

test('a circle that Zendesk does not let open is reported as an address that is taken', async () => {
  list(address(1, old, true));
  remove(1, 422);
  expect(await write(release)).toMatchObject({
    kind: 'refused',
    code: 'email-taken',
    blockedByUserId: '7',
  });
});

test('somebody who has become an agent since is left alone', async () => {
  expect(await write(update, { role: 'agent' })).toMatchObject({ kind: 'skipped', reason: 'staff-account' });
});

test('refused for another reason: Zendesk is quoted, and no other user is blamed', async () => {
  const description = `Value: ${wanted} is not properly formatted`;
  add().reply(422, { error: 'RecordInvalid', details: { value: [{ description }] } });
  list(address(1, old, true));
  zen().get('/api/v2/users/search').query(true).reply(200, { users: [] });
  const outcome = await write();
  expect(outcome).toMatchObject({
    kind: 'refused',
    code: 'refused',
    message: expect.stringContaining('is not properly formatted'),
    link: { sent: { name: 'Jo', email: old } },
  });
  expect(JSON.stringify(Object(outcome).message)).not.toContain('@');
});

test('refused in words that nobody reads here: a search tells whether another user has the address', async () => {
  add().reply(422, { error: 'RecordInvalid', details: { value: [{ description: 'Wert: wird schon verwendet' }] } });
  list(address(1, old, true));
  zen()
    .get('/api/v2/users/search')
    .query(true)
    .reply(200, { users: [{ id: 8, name: 'Al', email: wanted, role: 'end-user', active: true }] })
    .get('/api/v2/users/show_many')
    .query({ ids: '8' })
    .reply(200, { users: [{ id: 8, name: 'Al', email: wanted, role: 'end-user', active: true }] });
  expect(await write()).toMatchObject({ kind: 'unknown-cause', code: 'email-taken' });
});

test('a conflict (409) over one user that lasts is that user’s refusal', async () => {
  add().times(9).reply(409, { error: 'Conflict' });
  zen()
    .get(identities)
    .times(9)
    .reply(200, { identities: [address(1, old, true)] })
    .get('/api/v2/users/search')
    .query(true)
    .reply(200, { users: [] });
  expect(await write()).toMatchObject({
    kind: 'refused',
    code: 'refused',
    message: expect.stringContaining('Conflict'),
    link: { sent: { name: 'Jo', email: old } },
  });
});

test('a user whose addresses may not be looked at (403) is nobody’s holder, and does not end the run', async () => {
  add().reply(422, { error: 'RecordInvalid', details: { value: [{ description: 'Wert: wird schon verwendet' }] } });
  list(address(1, old, true));
  const found = { id: 8, name: 'Al', email: 'al@example.com', role: 'end-user', active: true };
  zen()
    .get('/api/v2/users/search')
    .query(true)
    .reply(200, { users: [found] })
    .get('/api/v2/users/show_many')
    .query({ ids: '8' })
    .reply(200, { users: [found] })
    .get('/api/v2/users/8/identities')
    .reply(403, { error: 'Forbidden', description: 'You do not have access to this page.' });
  expect(await write()).toMatchObject({ kind: 'refused', code: 'refused' });
});
