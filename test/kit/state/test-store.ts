import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import type { PipelineId } from '../../../src/core/domain/pipeline.ts';
import type { Changes, StateStore } from '../../../src/core/state/store.ts';
import { noon } from '../ports.ts';
import { createTestClock } from '../test-clock.ts';
import { asked, batch, deferred, identity, letter, link, pending, record, result, user } from './store-builders.ts';

/** A place where a store keeps what it is given, and which can be opened again. */
export interface StorePlace {
  open(clock: Clock): Promise<StateStore>;
}

/** What every StateStore must do, whatever it is made of. Each test gets an empty place. */
export function testStore(name: string, createPlace: () => StorePlace | Promise<StorePlace>): void {
  describe(name, () => {
    let place: StorePlace;
    let store: StateStore;
    let id: PipelineId;
    const { clock } = createTestClock({ moves: 'at-once' });

    beforeEach(async () => {
      place = await createPlace();
      store = await place.open(clock);
      id = await store.openPipeline(identity);
      return async () => await store.close();
    });

    const apply = (changes: Changes) => store.apply(id, changes);
    const known = (more: Parameters<typeof asked>[0]) => store.load(id, asked(more));
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await place.open(clock);
      id = await store.openPipeline(identity);
    };
    const lettersDue = async () =>
      (await store.deadLetters(id, { limit: 100 })).flatMap(({ key, due }) => (due ? [key] : []));

    describe('records by their address', () => {
      const at = (key: string, email: string, isActive = true) => ({ key, email, isActive, record: record(key) });
      const keysOf = async (keys: readonly string[], emails: readonly string[]) =>
        (await store.emailRecords(id, { keys, emails })).map(({ key }) => key);

      test('are found by key and by address, each once, and an address may have many', async () => {
        await apply({
          emailRecords: [at('1', 'a@example.com'), at('2', 'a@example.com', false), at('3', 'b@example.com')],
        });
        await reopen();
        expect(await store.emailRecords(id, { keys: ['2'], emails: [] })).toEqual([at('2', 'a@example.com', false)]);
        expect(await keysOf(['1', '3'], ['a@example.com'])).toEqual(['1', '2', '3']);
        expect(await keysOf([], [])).toEqual([]);
        await apply({ clearEmailRecords: ['1', '2'], emailRecords: [at('1', 'b@example.com')] });
        expect(await keysOf([], ['a@example.com'])).toEqual([]);
        expect(await keysOf([], ['b@example.com'])).toEqual(['1', '3']);
      });

      test('whoever is only decided again for others does not count as come to, and replaces no other deferral', async () => {
        await store.beginRun(id, { id: 'r1', kind: 'sync', startedAt: 1 });
        await apply({
          emailRecords: [at('1', 'a@example.com'), at('2', 'a@example.com')],
          links: [link('1')],
          deferred: [
            { ...deferred('1', 1), stage: 'holder' },
            deferred('2', 2),
            { ...deferred('2', 3), stage: 'holder' },
          ],
        });
        expect(await store.unseenEmailRecords(id, { run: 'r1', limit: 10 })).toEqual(['1']);
        expect(await store.unseen(id, { run: 'r1', limit: 10, deactivated: 'tag' })).toMatchObject([{ key: '1' }]);
        expect(await store.deferred(id, { stage: 'holder', limit: 10 })).toMatchObject([{ key: '1' }]);
        expect(await store.deferred(id, { stage: 'deferred', limit: 10 })).toMatchObject([{ key: '2', sequence: 2 }]);
      });

      test('those that a run has not come to are known, active ones only, and each pipeline has its own', async () => {
        await store.beginRun(id, { id: 'r1', kind: 'sync', startedAt: 1 });
        await apply({
          emailRecords: ['1', '2', '3', '4', '5'].map((key) => at(key, 'a@example.com', key !== '5')),
          results: { run: 'r1', rows: [result('1', { outcome: 'unchanged' }), result('2', { outcome: 'skipped' })] },
          deferred: [deferred('3', 1)],
        });
        expect(await store.unseenEmailRecords(id, { run: 'r1', limit: 10 })).toEqual(['4']);
        expect(await store.unseenEmailRecords(id, { run: 'r1', limit: 10, after: '4' })).toEqual([]);
        const other = await store.openPipeline({ ...identity, name: 'others' });
        expect(await store.emailRecords(other, { keys: ['1'], emails: ['a@example.com'] })).toEqual([]);
        expect(await store.countStoredData(id, '1')).toMatchObject({ shared: 1 });
        await store.eraseCustomer(id, '1');
        expect(await keysOf(['1'], [])).toEqual([]);
      });
    });

    describe('the inbox', () => {
      const changed = (event: string, key = event) => ({ id: event, key, kind: 'changed' as const });
      const all = { after: 0, limit: 100 };

      test('keeps what was received, each key once and in order, also after it was opened again', async () => {
        await store.addChanges(id, [changed('a', '9'), changed('b', '1'), changed('c', '9')], noon);
        await reopen();
        expect(await store.pendingChanges(id, all)).toEqual({ changed: ['9', '1'], keys: 2, gone: false, upTo: 3 });
        expect(await store.pendingChanges(id, { after: 2, limit: 100 })).toMatchObject({
          changed: ['9'],
          keys: 1,
          upTo: 3,
        });
        expect(await store.pendingChanges(id, { after: 0, limit: 1 })).toMatchObject({ changed: ['9'], keys: 2 });
      });

      test('knows a repeat, also of what was settled; one event may be about two keys', async () => {
        expect(await store.addChanges(id, [changed('a', '1'), changed('a', '1'), changed('a', '2')], noon)).toEqual({
          added: 2,
          upTo: 2,
        });
        await store.acknowledgeChanges(id, 2, noon);
        expect(await store.addChanges(id, [changed('a', '1')], noon)).toEqual({ added: 0, upTo: 2 });
        expect(await store.pendingChanges(id, all)).toMatchObject({ keys: 0, upTo: 0 });
      });

      test('what was received after the settled place waits on', async () => {
        await store.addChanges(id, [changed('a'), { id: 'b', key: '5', kind: 'gone' }, changed('c')], noon);
        expect(await store.pendingChanges(id, all)).toMatchObject({ gone: true });
        await store.acknowledgeChanges(id, 2, noon);
        expect(await store.pendingChanges(id, all)).toEqual({ changed: ['c'], keys: 1, gone: false, upTo: 3 });
      });

      test('forgets what was settled long ago and nothing else, and its order only goes on', async () => {
        await store.addChanges(id, [changed('a'), changed('b'), changed('c')], noon);
        await store.acknowledgeChanges(id, 3, noon);
        await store.pruneChanges(id, noon);
        expect(await store.addChanges(id, [changed('a')], noon)).toEqual({ added: 0, upTo: 3 });
        await store.pruneChanges(id, noon + 1);
        expect(await store.addChanges(id, [changed('a')], noon)).toEqual({ added: 1, upTo: 4 });
      });

      test('is each pipeline’s own, and a person is forgotten in it', async () => {
        const other = await store.openPipeline({ ...identity, name: 'another' });
        await store.addChanges(id, [changed('a', '1'), changed('b', '2')], noon);
        expect(await store.pendingChanges(other, all)).toMatchObject({ keys: 0 });
        expect(await store.eraseCustomer(id, '1')).toMatchObject({ changes: 1 });
        expect(await store.pendingChanges(id, all)).toMatchObject({ changed: ['2'] });
      });
    });

    describe('pipelines', () => {
      test('the same identity is the same pipeline, also after the store was opened again', async () => {
        const before = id;
        await reopen();
        expect(id).toBe(before);
      });

      test.each([
        ['name', { name: 'others' }],
        ['source connector', { sourceConnector: 'acme' }],
        ['source origin', { sourceOrigin: 'http://127.0.0.1:4010' }],
        ['source account', { sourceAccount: '99' }],
        ['destination origin', { destinationOrigin: 'http://127.0.0.1:4020' }],
      ])('another %s is another pipeline, which knows nothing of this one', async (_, change) => {
        await apply({
          links: [link('1')],
          claims: [{ email: 'a@example.com', key: '1' }],
          deadLetters: [letter('2')],
          pending: [pending('3')],
          deferred: [deferred('4', 1)],
          openBatches: [batch('b1')],
          checkpoint: { cursor: 'here', fingerprint: 'f', savedAt: 1 },
        });
        await store.setPause(id, 'reverted');
        const other = await store.openPipeline({ ...identity, ...change });
        expect(other).not.toBe(id);
        const query = asked({ keys: ['1', '2', '3'], externalIds: ['q:1'], emails: ['a@example.com'] });
        const { links, linksByExternalId, claimantsByEmail, deadLetters } = await store.load(other, query);
        expect([links.size, linksByExternalId.size, claimantsByEmail.size, deadLetters.size]).toEqual([0, 0, 0, 0]);
        expect(await store.checkpoint(other)).toBeUndefined();
        expect(await store.pauseReason(other)).toBeUndefined();
        expect(await store.openBatches(other)).toEqual([]);
        expect(await store.counts(other)).toMatchObject({
          links: 0,
          deadLetters: 0,
          deferred: 0,
          openBatches: 0,
          pending: {},
        });
      });

      test('the directory belongs to the destination: pipelines to the same one share it, others do not see it', async () => {
        await apply({
          users: [user('1', { email: 'a@example.com' })],
          directory: { cursor: 'c', fields: ['name'], filledAt: 5 },
        });
        const same = await store.openPipeline({ ...identity, name: 'others' });
        const elsewhere = await store.openPipeline({ ...identity, destinationOrigin: 'https://other.example.com' });
        const query = asked({ emails: ['a@example.com'] });
        expect((await store.load(same, query)).usersByEmail.get('a@example.com')?.id).toBe('1');
        expect((await store.load(elsewhere, query)).usersByEmail.size).toBe(0);
        expect(await store.directory(same)).toEqual({ cursor: 'c', fields: ['name'], filledAt: 5 });
        expect(await store.directory(elsewhere)).toBeUndefined();
        await store.clearDirectory(elsewhere);
        expect(await store.counts(id)).toMatchObject({ directoryUsers: 1 });
        await store.clearDirectory(same);
        expect(await store.counts(id)).toMatchObject({ directoryUsers: 0 });
        expect(await store.directory(id)).toBeUndefined();
      });

      test('a directory that is cleared still knows who was deleted: no list shows them', async () => {
        await apply({ links: [link('1'), link('2')], users: [user('91', { active: false }), user('92')] });
        await store.clearDirectory(id);
        const { users } = await known({ keys: ['1', '2'] });
        expect([...users.values()]).toEqual([user('91', { active: false })]);
      });
    });

    describe('changes', () => {
      test('what was applied is there after the store was opened again, as it was given', async () => {
        const full = {
          links: [
            link('1', { stored: { name: 'Customer 1', tags: ['a'] }, deactivated: 'tag', origin: 'adopted' }),
            link('2'),
          ],
          deadLetters: [letter('3', { blockedByUserId: '77', blockedByEmail: 'b@example.com', due: true })],
          pending: [pending('4', { email: 'a@example.com', reason: 'drifted' })],
          deferred: [deferred('5', 3, { after: '1', attempts: 2 })],
          openBatches: [batch('b1', { jobId: 'V3-1', operation: 'update' }), batch('b2', { requestedAt: 2000 })],
          users: [user('91', { externalId: 'q:1', email: 'a@example.com', fields: { phone: null, tags: ['x'] } })],
          directory: { cursor: { at: [1, 'two', null] }, fields: ['name', 'tags'], filledAt: 9 },
          claims: [{ email: 'a@example.com', key: '1' }],
          checkpoint: { cursor: { watermark: '2026-11-23T11:55:00Z' }, fingerprint: 'f', savedAt: 7 },
        };
        await apply(full);
        await reopen();
        expect(await store.links(id, { limit: 10 })).toEqual(full.links);
        expect(await store.deadLetters(id, { limit: 10 })).toEqual(full.deadLetters);
        expect(await store.pending(id, { limit: 10 })).toEqual(full.pending);
        expect(await store.deferred(id, { stage: 'deferred', limit: 10 })).toEqual([{ ...full.deferred[0], depth: 0 }]);
        expect(await store.openBatches(id)).toEqual(full.openBatches);
        expect(await store.directory(id)).toEqual(full.directory);
        expect(await store.checkpoint(id)).toEqual(full.checkpoint);
        const { users, usersByEmail, usersByExternalId, claimantsByEmail, emailsByClaimant, linksByUser } = await known(
          {
            keys: ['1'],
            externalIds: ['q:1'],
            emails: ['a@example.com'],
          },
        );
        expect(users.get('91')).toEqual(full.users[0]);
        expect(usersByEmail.get('a@example.com')).toEqual(full.users[0]);
        expect(usersByExternalId.get('q:1')).toEqual(full.users[0]);
        expect(claimantsByEmail.get('a@example.com')).toBe('1');
        expect(emailsByClaimant.get('1')).toBe('a@example.com');
        expect(linksByUser.get('91')).toEqual(full.links[0]);
      });

      test('a set of changes is applied whole or not at all', async () => {
        await apply({ openBatches: [batch('b1')], links: [link('1')] });
        // A batch of that id is open already: the last of these changes can't be made.
        const attempt = apply({
          closeBatches: ['b0'],
          unlink: ['1'],
          links: [link('2')],
          claims: [{ email: 'a@example.com', key: '2' }],
          openBatches: [batch('b2'), batch('b1')],
        });
        await expect(attempt).rejects.toMatchObject({ exitCode: 6 });
        expect((await store.links(id, { limit: 10 })).map(({ key }) => key)).toEqual(['1']);
        expect((await store.openBatches(id)).map((open) => open.id)).toEqual(['b1']);
        expect((await known({ emails: ['a@example.com'] })).claimantsByEmail.size).toBe(0);
        await apply({ links: [link('3')] });
        expect(await store.counts(id)).toMatchObject({ links: 2 });
      });

      test('members are applied in their order: what is closed, released or cleared comes before what takes its place', async () => {
        await apply({
          openBatches: [batch('b1')],
          claims: [{ email: 'a@example.com', key: '1' }],
          deadLetters: [letter('1')],
          pending: [pending('1')],
          deferred: [deferred('1', 1)],
        });
        await apply({
          closeBatches: ['b1'],
          openBatches: [batch('b1', { operation: 'update' })],
          release: ['a@example.com'],
          claims: [{ email: 'a@example.com', key: '2' }],
          clearDeadLetters: ['1'],
          deadLetters: [letter('1', { code: 'invalid' })],
          clearPending: ['1'],
          pending: [pending('1', { reason: 'drifted' })],
          clearDeferred: ['1'],
          deferred: [deferred('1', 2)],
        });
        expect((await store.openBatches(id)).map(({ operation }) => operation)).toEqual(['update']);
        expect((await known({ emails: ['a@example.com'] })).claimantsByEmail.get('a@example.com')).toBe('2');
        expect((await store.deadLetters(id, { limit: 9 })).map(({ code }) => code)).toEqual(['invalid']);
        expect((await store.pending(id, { limit: 9 })).map(({ reason }) => reason)).toEqual(['drifted']);
        expect(await store.nextSequence(id)).toBe(3);
      });

      test('a job id is put to its batch, which stays open until it is closed', async () => {
        await apply({ openBatches: [batch('b1'), batch('b2', { requestedAt: 500 })] });
        await apply({ batchJobs: [{ id: 'b1', jobId: 'V3-7' }] });
        expect((await store.openBatches(id)).map((open) => [open.id, open.jobId])).toEqual([
          ['b2', undefined],
          ['b1', 'V3-7'],
        ]);
        await apply({ closeBatches: ['b1', 'b2'] });
        expect(await store.openBatches(id)).toEqual([]);
      });

      test('a record keeps its time, its parent and its state, wherever it waits', async () => {
        const kept = record('1', { updatedAt: new Date(noon), after: '0', state: 'inactive' });
        await apply({
          deadLetters: [letter('1', { record: kept })],
          pending: [pending('1', { record: kept })],
          deferred: [deferred('1', 1, { record: kept })],
        });
        expect((await store.deadLetters(id, { limit: 1 }))[0]?.record).toEqual(kept);
        expect((await store.pending(id, { limit: 1 }))[0]?.record).toEqual(kept);
        expect((await store.deferred(id, { stage: 'deferred', limit: 1 }))[0]?.record).toEqual(kept);
      });

      test('texts come back as they were, with characters that some databases do not take', async () => {
        const odd = 'a\u0000b\u0001\u0001c\u0001\u0000\u0002';
        await apply({
          links: [link(odd, { sent: { name: odd, half: '\ud83d', tags: [odd] } })],
          deadLetters: [letter(odd, { message: odd, record: record(odd) })],
          claims: [{ email: odd, key: odd }],
        });
        await reopen();
        const { links, deadLetters, claimantsByEmail } = await known({ keys: [odd], emails: [odd] });
        expect(links.get(odd)?.sent).toEqual({ name: odd, half: '\ud83d', tags: [odd] });
        expect(deadLetters.get(odd)).toEqual(letter(odd, { message: odd, record: record(odd) }));
        expect(claimantsByEmail.get(odd)).toBe(odd);
        await apply({ unlink: [odd] });
        expect(await store.counts(id)).toMatchObject({ links: 0 });
      });

      test('half of a surrogate pair in a key is stored as U+FFFD, and found under the key as it was', async () => {
        await apply({ links: [link('a\ud83d')], claims: [{ email: 'x@example.com', key: 'a\ud83d' }] });
        const { links, emailsByClaimant } = await known({ keys: ['a\ud83d'] });
        expect(links.get('a\ud83d')?.key).toBe('a\ufffd');
        expect(emailsByClaimant.get('a\ud83d')).toBe('x@example.com');
      });

      test('keys are in the order of their bytes, whatever the language of the database', async () => {
        const inOrder = ['1', '10', '2', 'A', 'Z', 'a', 'z', 'ä', '\uffee', '😀'];
        await apply({ links: inOrder.toReversed().map((key) => link(key)) });
        expect((await store.links(id, { limit: 99 })).map(({ key }) => key)).toEqual(inOrder);
        expect((await store.links(id, { after: 'Z', limit: 2 })).map(({ key }) => key)).toEqual(['a', 'z']);
      });

      test('more rows than a statement has parameters go in one set', async () => {
        const keys = Array.from({ length: 9_000 }, (_, index) => `${index}`);
        await apply({ links: keys.map((key) => link(key)), claims: keys.map((key) => ({ email: `${key}@x`, key })) });
        expect(await store.counts(id)).toMatchObject({ links: 9_000 });
        expect((await known({ keys })).links.size).toBe(9_000);
      });

      test('of two rows with one key in a set the later stands', async () => {
        await apply({
          links: [link('1'), link('1', { destinationId: '55' })],
          claims: [
            { email: 'a@example.com', key: '1' },
            { email: 'a@example.com', key: '2' },
          ],
          deadLetters: [letter('1'), letter('1', { code: 'invalid' })],
          users: [user('55', { fields: { name: 'First' }, updatedAt: 2000 }), user('55', { updatedAt: 3000 })],
        });
        const { links, claimantsByEmail, deadLetters, users } = await known({ keys: ['1'], emails: ['a@example.com'] });
        expect(links.get('1')?.destinationId).toBe('55');
        expect(claimantsByEmail.get('a@example.com')).toBe('2');
        expect(deadLetters.get('1')?.code).toBe('invalid');
        expect(users.get('55')).toEqual(user('55', { updatedAt: 3000 }));
      });

      test('any JSON comes back as the same value', async () => {
        await fc.assert(
          fc.asyncProperty(fc.jsonValue(), async (value) => {
            const plain = JSON.parse(JSON.stringify({ value }).replaceAll(/\\ud[89a-f]../gi, 'x'));
            await apply({
              checkpoint: { cursor: plain, fingerprint: 'f', savedAt: 1 },
              links: [link('1', { sent: plain })],
            });
            expect((await store.checkpoint(id))?.cursor).toEqual(plain);
            expect((await store.links(id, { limit: 1 }))[0]?.sent).toEqual(plain);
          }),
          { numRuns: 30 },
        );
      });

      test('how far a schedule was followed is there after a restart, for each pipeline by itself', async () => {
        expect(await store.schedule(id)).toBeUndefined();
        await store.saveSchedule(id, { schedule: '0 * * * *', lastHandledAt: 7, runPending: true, missed: 0 });
        await reopen();
        expect(await store.schedule(id)).toEqual({
          schedule: '0 * * * *',
          lastHandledAt: 7,
          runPending: true,
          missed: 0,
        });
        await store.saveSchedule(id, { schedule: '', lastHandledAt: 9, runPending: false, missed: 2, lastMissedAt: 8 });
        expect(await store.schedule(id)).toEqual({
          schedule: '',
          lastHandledAt: 9,
          runPending: false,
          missed: 2,
          lastMissedAt: 8,
        });
        expect(await store.schedule(await store.openPipeline({ ...identity, name: 'another' }))).toBeUndefined();
      });

      test('a pipeline is held until somebody says otherwise', async () => {
        expect(await store.pauseReason(id)).toBeUndefined();
        await store.setPause(id, 'run 7 was reverted');
        await reopen();
        expect(await store.pauseReason(id)).toBe('run 7 was reverted');
        await store.setPause(id, undefined);
        expect(await store.pauseReason(id)).toBeUndefined();
      });
    });

    describe('the directory', () => {
      test('users are found without case by external id and address; a forgotten one is not found', async () => {
        await apply({ users: [user('1', { externalId: 'Q:1', email: 'A@Example.com' })] });
        const found = await known({ externalIds: ['q:1'], emails: ['a@example.com'] });
        expect(found.usersByExternalId.get('q:1')?.id).toBe('1');
        expect(found.usersByEmail.get('a@example.com')?.id).toBe('1');
        expect(found.users.get('1')?.id).toBe('1');
        await apply({ removeUsers: ['1'] });
        expect((await known({ externalIds: ['q:1'] })).usersByExternalId.size).toBe(0);
      });

      test('of two users with one address the active one is found', async () => {
        const email = 'a@example.com';
        await apply({
          users: [user('1', { email, active: false }), user('2', { email }), user('3', { email, active: false })],
        });
        expect((await known({ emails: [email] })).usersByEmail.get(email)?.id).toBe('2');
      });

      test('a user that is shown again takes the place of what was known of it', async () => {
        await apply({ users: [user('1', { email: 'a@example.com', fields: { phone: '1' } })] });
        await apply({ users: [user('1', { email: 'b@example.com' })] });
        const { usersByEmail } = await known({ emails: ['a@example.com', 'b@example.com'] });
        expect([...usersByEmail.values()]).toEqual([user('1', { email: 'b@example.com' })]);
      });

      test('linked users and the links of users that were found come along', async () => {
        await apply({
          links: [link('1'), link('2', { destinationId: '55' })],
          users: [user('91'), user('55', { email: 'b@example.com' })],
        });
        const { users, linksByUser } = await known({ keys: ['1'], emails: ['b@example.com'] });
        expect([...users.keys()].sort()).toEqual(['55', '91']);
        expect(linksByUser.get('91')?.key).toBe('1');
        expect(linksByUser.get('55')?.key).toBe('2');
      });
    });

    describe('what a destination stored', () => {
      const storedOf = async (key: string) => (await known({ keys: [key] })).links.get(key)?.stored;

      test.each([
        ['before our write', 999, undefined],
        ['at our write', 1000, { name: 'Shown' }],
        ['after our write', 1001, { name: 'Shown' }],
      ])('a user shown as of a time %s completes the link accordingly', async (_, updatedAt, stored) => {
        await apply({ links: [link('1', { writtenAt: 1000 })] });
        await apply({ users: [user('91', { updatedAt, fields: { name: 'Shown' } })] });
        expect(await storedOf('1')).toEqual(stored);
      });

      test('what is complete stays, until the next write opens it again', async () => {
        await apply({ links: [link('1')] });
        await apply({ users: [user('91', { updatedAt: 2000, fields: { name: 'First' } })] });
        await apply({ users: [user('91', { updatedAt: 3000, fields: { name: 'Edited by hand' } })] });
        expect(await storedOf('1')).toEqual({ name: 'First' });
        await apply({ links: [link('1', { writtenAt: 4000 })] });
        expect(await storedOf('1')).toBeUndefined();
        await apply({ users: [user('91', { updatedAt: 4000, fields: { name: 'Second' } })] });
        expect(await storedOf('1')).toEqual({ name: 'Second' });
      });

      test('a user shown without its fields, another user, or another destination completes nothing', async () => {
        await apply({ links: [link('1')] });
        await apply({
          users: [user('91', { updatedAt: 2000 }), user('92', { updatedAt: 2000, fields: { name: 'x' } })],
        });
        const elsewhere = await store.openPipeline({ ...identity, destinationOrigin: 'https://other.example.com' });
        await store.apply(elsewhere, { users: [user('91', { updatedAt: 2000, fields: { name: 'x' } })] });
        expect(await storedOf('1')).toBeUndefined();
      });

      test('links of every pipeline to the destination are completed', async () => {
        const same = await store.openPipeline({ ...identity, name: 'others' });
        await store.apply(same, { links: [link('7', { destinationId: '91' })] });
        await apply({ users: [user('91', { updatedAt: 2000, fields: { name: 'x' } })] });
        expect((await store.load(same, asked({ keys: ['7'] }))).links.get('7')?.stored).toEqual({ name: 'x' });
      });
    });

    describe('claims', () => {
      test('an address has one holder; another claim takes it over', async () => {
        await apply({ claims: [{ email: 'a@example.com', key: '1' }] });
        await apply({ claims: [{ email: 'a@example.com', key: '2' }] });
        const { claimantsByEmail, emailsByClaimant } = await known({ keys: ['1', '2'], emails: ['a@example.com'] });
        expect(claimantsByEmail.get('a@example.com')).toBe('2');
        expect([...emailsByClaimant]).toEqual([['2', 'a@example.com']]);
      });

      test('a released address makes due the pending records that wait for it, and no others', async () => {
        await apply({
          claims: [{ email: 'a@example.com', key: '1' }],
          pending: [
            pending('2', { email: 'a@example.com' }),
            pending('3', { email: 'b@example.com' }),
            pending('4', { reason: 'drifted' }),
          ],
        });
        expect(await store.due(id, { limit: 10 })).toEqual([]);
        await apply({ release: ['a@example.com'] });
        expect((await store.due(id, { limit: 10 })).map(({ key }) => key)).toEqual(['2']);
        expect((await known({ emails: ['a@example.com'] })).claimantsByEmail.size).toBe(0);
      });
    });

    describe('dead letters', () => {
      test('a letter is found by its key, and gone when it is cleared', async () => {
        await apply({ deadLetters: [letter('1'), letter('2')] });
        expect((await known({ keys: ['1', '9'] })).deadLetters.get('1')).toEqual(letter('1'));
        await apply({ clearDeadLetters: ['1'] });
        expect((await store.deadLetters(id, { limit: 9 })).map(({ key }) => key)).toEqual(['2']);
      });

      test.each([
        ['the watched user', user('77')],
        ['a user that has the watched address now', user('5', { email: 'W@example.com' })],
        ['the user that had the watched address', user('6', { email: 'new@example.com' })],
      ])('a change of %s makes it due', async (_, changed) => {
        await apply({ users: [user('6', { email: 'w@example.com' })] });
        await apply({
          deadLetters: [
            letter('1', { blockedByUserId: '77', blockedByEmail: 'w@example.com' }),
            letter('2', { blockedByUserId: '78' }),
            letter('3'),
          ],
        });
        await apply({ users: [user('8', { email: 'unrelated@example.com' })] });
        expect(await lettersDue()).toEqual([]);
        await apply({ users: [changed] });
        expect(await lettersDue()).toEqual(['1']);
        expect((await store.due(id, { limit: 10 })).map(({ key }) => key)).toEqual(['1']);
      });

      test('a change at another destination makes nothing due', async () => {
        await apply({ deadLetters: [letter('1', { blockedByUserId: '77', blockedByEmail: 'w@example.com' })] });
        const elsewhere = await store.openPipeline({ ...identity, destinationOrigin: 'https://other.example.com' });
        await store.apply(elsewhere, { users: [user('77', { email: 'w@example.com' })] });
        expect(await lettersDue()).toEqual([]);
      });
    });

    describe('the waiting list', () => {
      const order = async (stage: 'deferred' | 'deactivation' = 'deferred') =>
        (await store.deferred(id, { stage, limit: 100 })).map(({ key }) => key);

      test('records come in reading order until they are ranked', async () => {
        await apply({ deferred: [deferred('b', 2), deferred('a', 3), deferred('c', 1)] });
        expect(await order()).toEqual(['c', 'b', 'a']);
      });

      test('ranked: parents first, level by level, each in reading order', async () => {
        await apply({
          deferred: [
            deferred('grandchild', 1, { after: 'child' }),
            deferred('child', 2, { after: 'parent' }),
            deferred('other', 3),
            deferred('parent', 4),
            // Its parent does not wait: it is not at the root, but nothing above it is waited for.
            deferred('orphan', 5, { after: 'settled' }),
          ],
        });
        await store.rankDeferred(id);
        expect(
          (await store.deferred(id, { stage: 'deferred', limit: 9 })).map(({ key, depth }) => [key, depth]),
        ).toEqual([
          ['other', 0],
          ['parent', 0],
          ['child', 1],
          ['orphan', 1],
          ['grandchild', 2],
        ]);
      });

      test('records that stand in a circle come last, and so does what hangs on it', async () => {
        await apply({
          deferred: [
            deferred('a', 1, { after: 'b' }),
            deferred('b', 2, { after: 'a' }),
            deferred('self', 3, { after: 'self' }),
            deferred('below', 4, { after: 'a' }),
            deferred('free', 5),
          ],
        });
        await store.rankDeferred(id);
        expect(await order()).toEqual(['free', 'a', 'b', 'self', 'below']);
      });

      test('a parent never comes after its child, whatever the tree', async () => {
        const trees = fc.array(fc.nat(11), { minLength: 1, maxLength: 12 });
        await fc.assert(
          fc.asyncProperty(trees, async (parents) => {
            const all = await store.deferred(id, { stage: 'deferred', limit: 100 });
            await apply({ clearDeferred: all.map(({ key }) => key) });
            // A parent has a smaller number, so there are no circles; reading order is the reverse.
            const rows = parents.map((parent, index) =>
              deferred(`k${index}`, parents.length - index, parent < index ? { after: `k${parent}` } : {}),
            );
            await apply({ deferred: rows });
            await store.rankDeferred(id);
            const ranked = await order();
            expect(ranked).toHaveLength(rows.length);
            for (const { key, after } of rows)
              if (after !== undefined) expect(ranked.indexOf(after)).toBeLessThan(ranked.indexOf(key));
          }),
          { numRuns: 30 },
        );
      });

      test('a long chain is ranked to a bound, and nobody is lost', async () => {
        const chain = Array.from({ length: 80 }, (_, index) =>
          deferred(`k${index}`, 80 - index, index > 0 ? { after: `k${index - 1}` } : {}),
        );
        await apply({ deferred: chain });
        await store.rankDeferred(id);
        const ranked = await order();
        expect(ranked.slice(0, 50)).toEqual(chain.slice(0, 50).map(({ key }) => key));
        expect(new Set(ranked).size).toBe(80);
      });

      test('pages follow on from a place, and rows that come later wait for the next ranking', async () => {
        await apply({
          deferred: [deferred('a', 1), deferred('b', 2, { after: 'a' }), deferred('c', 3, { after: 'a' })],
        });
        await store.rankDeferred(id);
        const first = await store.deferred(id, { stage: 'deferred', limit: 2 });
        expect(first.map(({ key }) => key)).toEqual(['a', 'b']);
        const after = { depth: 1, sequence: 2 };
        await apply({ deferred: [deferred('d', 4)] });
        expect((await store.deferred(id, { stage: 'deferred', after, limit: 2 })).map(({ key }) => key)).toEqual(['c']);
        await store.rankDeferred(id);
        expect(await order()).toEqual(['a', 'd', 'b', 'c']);
      });

      test('stages are apart; the next sequence is one more than the highest that waits', async () => {
        expect(await store.nextSequence(id)).toBe(1);
        await apply({ deferred: [deferred('a', 4), deferred('b', 9, { stage: 'deactivation' })] });
        expect(await store.nextSequence(id)).toBe(10);
        expect([await order('deferred'), await order('deactivation')]).toEqual([['a'], ['b']]);
        expect([await store.deferredCount(id, 'deferred'), await store.deferredCount(id, 'deactivation')]).toEqual([
          1, 1,
        ]);
        await apply({ clearDeferred: ['b'] });
        expect(await store.deferredCount(id, 'deactivation')).toBe(0);
      });
    });

    describe('lists', () => {
      test('are paged by key, and narrowed to keys or a reason', async () => {
        await apply({
          links: ['a', 'b', 'c'].map((key) => link(key)),
          deadLetters: ['a', 'b', 'c'].map((key) => letter(key)),
          pending: [pending('a'), pending('b', { reason: "o'clock" }), pending('c')],
        });
        const keys = (rows: readonly { readonly key: string }[]) => rows.map(({ key }) => key);
        expect(keys(await store.links(id, { limit: 2 }))).toEqual(['a', 'b']);
        expect(keys(await store.links(id, { after: 'b', limit: 2 }))).toEqual(['c']);
        expect(keys(await store.links(id, { keys: ['c', 'x', 'a'], limit: 9 }))).toEqual(['a', 'c']);
        expect(keys(await store.deadLetters(id, { keys: ['b'], limit: 9 }))).toEqual(['b']);
        expect(keys(await store.deadLetters(id, { keys: [], limit: 9 }))).toEqual([]);
        expect(keys(await store.pending(id, { reason: "o'clock", limit: 9 }))).toEqual(['b']);
        expect(keys(await store.pending(id, { reason: 'shared-email', after: 'a', limit: 9 }))).toEqual(['c']);
        expect(await store.counts(id)).toMatchObject({
          links: 3,
          deadLetters: 3,
          pending: { 'shared-email': 2, "o'clock": 1 },
        });
        const kept = { deadLetters: 3, pending: { 'shared-email': 2, "o'clock": 1 } };
        expect(await store.keptCounts(id)).toEqual(kept);
      });

      test('deactivated links are counted apart', async () => {
        await apply({ links: [link('1'), link('2', { deactivated: 'tag' })] });
        expect(await store.counts(id)).toMatchObject({ links: 2, activeLinks: 1 });
      });

      test('unseen: links that this run has neither settled nor put on the waiting list, less those deactivated so, or deleted', async () => {
        await store.beginRun(id, { id: 'r1', kind: 'sync', startedAt: 1 });
        const deactivated: Readonly<Record<string, string>> = { 5: 'tag', 6: 'suspend', 7: 'delete' };
        await apply({
          links: ['1', '2', '3', '4', '5', '6', '7'].map((key) =>
            link(key, deactivated[key] === undefined ? {} : { deactivated: deactivated[key] }),
          ),
        });
        await apply({
          results: { run: 'r1', rows: [result('1', { outcome: 'updated' }), result('2', { outcome: 'unchanged' })] },
          deferred: [deferred('3', 1, { stage: 'deactivation' })],
        });
        const keys = async (
          more: { readonly run?: string; readonly deactivated?: string; readonly after?: string } = {},
        ) => (await store.unseen(id, { run: 'r1', deactivated: 'tag', limit: 9, ...more })).map(({ key }) => key);
        expect(await keys()).toEqual(['4', '6']);
        expect(await keys({ after: '4' })).toEqual(['6']);
        expect(await keys({ deactivated: 'suspend' })).toEqual(['4', '5']);
        expect(await keys({ run: 'r2' })).toEqual(['1', '2', '4', '6']);
      });
    });

    describe('runs', () => {
      const begin = (run: string, startedAt = 1) => store.beginRun(id, { id: run, kind: 'sync', startedAt });
      const finish = (run: string, finishedAt: number) =>
        store.finishRun(id, { id: run, outcome: 'completed', finishedAt, report: { run } });

      test('a run is what it was begun and finished as', async () => {
        await begin('r1', 5);
        expect(await store.run(id, 'r1')).toEqual({ id: 'r1', kind: 'sync', outcome: 'running', startedAt: 5 });
        await store.finishRun(id, { id: 'r1', outcome: 'held', finishedAt: 9, report: { tallies: { read: 1 } } });
        await store.markUndone('r1', 'r2');
        await reopen();
        expect(await store.run(id, 'r1')).toEqual({
          id: 'r1',
          kind: 'sync',
          outcome: 'held',
          startedAt: 5,
          finishedAt: 9,
          report: { tallies: { read: 1 } },
          undoneBy: 'r2',
        });
        expect(await store.run(id, 'none')).toBeUndefined();
      });

      test('runs that a dead process left running are closed as failed by the next, of this pipeline alone', async () => {
        const other = await store.openPipeline({ ...identity, name: 'others' });
        await store.beginRun(other, { id: 'o1', kind: 'sync', startedAt: 1 });
        await begin('r1');
        await begin('r2');
        expect(await store.run(id, 'r1')).toMatchObject({ outcome: 'failed', finishedAt: clock.now() });
        expect(await store.run(id, 'r2')).toMatchObject({ outcome: 'running' });
        expect(await store.run(other, 'o1')).toMatchObject({ outcome: 'running' });
      });

      test('newest first, also when they began in one instant, and paged', async () => {
        for (const run of ['b', 'a', 'c']) await begin(run, 7);
        const ids = (rows: readonly { readonly id: string }[]) => rows.map((row) => row.id);
        expect(ids(await store.runs(id, { limit: 2 }))).toEqual(['c', 'a']);
        expect(ids(await store.runs(id, { after: 'a', limit: 2 }))).toEqual(['b']);
      });

      test('results are reported by run, with what changed; a later one of the same key takes the place of the earlier', async () => {
        await begin('r1');
        const changes = { name: ['Old', 'New'], tags: [null, ['a']] } as const;
        await apply({
          results: { run: 'r1', rows: [result('1'), result('2', { outcome: 'skipped', code: 'filter' })] },
        });
        await apply({
          results: {
            run: 'r1',
            rows: [result('1', { outcome: 'updated', destinationId: '91', changes, code: 'adopt' })],
          },
        });
        expect(await store.results('r1', { limit: 9 })).toEqual([
          result('1', { outcome: 'updated', destinationId: '91', changes, code: 'adopt' }),
          result('2', { outcome: 'skipped', code: 'filter' }),
        ]);
        expect((await store.results('r1', { outcome: 'skipped', limit: 9 })).map(({ key }) => key)).toEqual(['2']);
        expect((await store.results('r1', { keys: ['1'], limit: 9 })).map(({ key }) => key)).toEqual(['1']);
        expect((await store.results('r1', { after: '1', limit: 9 })).map(({ key }) => key)).toEqual(['2']);
        expect((await known({ keys: ['1', '2', '3'] })).outcomes).toEqual(
          new Map([
            ['1', 'updated'],
            ['2', 'skipped'],
          ]),
        );
      });

      test('the tally counts each key once, as what it ended as', async () => {
        await begin('r1');
        await apply({
          results: {
            run: 'r1',
            rows: [
              result('1'),
              result('2', { outcome: 'updated' }),
              result('3', { outcome: 'unchanged' }),
              result('4', { outcome: 'skipped', code: 'filter' }),
              result('5', { outcome: 'rejected', code: 'invalid-email' }),
              result('6', { outcome: 'unchanged' }),
            ],
          },
        });
        await apply({
          results: { run: 'r1', rows: [result('6', { outcome: 'rejected' }), result('3', { outcome: 'unchanged' })] },
        });
        expect(await store.tally('r1')).toEqual({ created: 1, updated: 1, unchanged: 1, skipped: 1, rejected: 2 });
        expect(await store.tally('r2')).toEqual({ created: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0 });
      });

      test('what was unchanged is known for the length of the run only, and never stands in its results', async () => {
        await begin('r1');
        await apply({ results: { run: 'r1', rows: [result('1', { outcome: 'unchanged' })] } });
        expect((await known({ keys: ['1'] })).outcomes.get('1')).toBe('unchanged');
        expect(await store.results('r1', { limit: 9 })).toEqual([]);
        await finish('r1', 2);
        await begin('r2');
        expect((await known({ run: 'r1', keys: ['1'] })).outcomes.size).toBe(0);
      });

      test('one key’s history goes over all runs, newest first', async () => {
        for (const [run, at] of [
          ['r1', 1],
          ['r2', 2],
        ] as const) {
          await begin(run);
          await apply({ results: { run, rows: [result('1', { outcome: 'updated', at }), result('2', { at })] } });
        }
        expect(await store.history(id, '1')).toEqual([
          { ...result('1', { outcome: 'updated', at: 2 }), run: 'r2' },
          { ...result('1', { outcome: 'updated', at: 1 }), run: 'r1' },
        ]);
      });

      test('runs that ended within one second of the destination are told apart in a key’s history', async () => {
        const runs = ['r5', 'r1', 'r4', 'r2', 'r3'];
        for (const run of runs) {
          await begin(run);
          await apply({ results: { run, rows: [result('1', { outcome: 'updated', at: 1000 })] } });
        }
        expect((await store.history(id, '1')).map(({ run }) => run)).toEqual(runs.toReversed());
      });

      test('pruning drops the records of runs that finished before; runs, reports and what still waits stay', async () => {
        for (const [run, finishedAt] of [
          ['old', 10],
          ['kept', 20],
        ] as const) {
          await begin(run);
          await apply({ results: { run, rows: [result('1')] } });
          await finish(run, finishedAt);
        }
        await begin('running');
        await apply({
          results: { run: 'running', rows: [result('1')] },
          deadLetters: [letter('2', { run: 'old', at: 1 })],
          pending: [pending('3')],
          openBatches: [batch('b1', { run: 'old' })],
        });
        await store.prune(id, 20);
        expect(await store.results('old', { limit: 9 })).toEqual([]);
        expect(await store.results('kept', { limit: 9 })).toHaveLength(1);
        expect(await store.results('running', { limit: 9 })).toHaveLength(1);
        expect(await store.run(id, 'old')).toMatchObject({ outcome: 'completed', report: { run: 'old' } });
        expect(await store.counts(id)).toMatchObject({
          deadLetters: 1,
          pending: { 'shared-email': 1 },
          openBatches: 1,
        });
      });
    });

    describe('a fork', () => {
      test('knows all that the store knows, keeps its own changes to itself, and is gone when it is closed', async () => {
        await apply({ links: [link('1')], checkpoint: { cursor: 'here', fingerprint: 'f', savedAt: 1 } });
        const fork = await store.fork();
        expect((await fork.load(id, asked({ keys: ['1'] }))).links.get('1')).toEqual(link('1'));
        await fork.beginRun(id, { id: 'dry run', kind: 'sync', startedAt: 1 });
        await fork.apply(id, {
          links: [link('2')],
          unlink: ['1'],
          checkpoint: { cursor: 'there', fingerprint: 'f', savedAt: 2 },
        });
        expect((await store.links(id, { limit: 9 })).map(({ key }) => key)).toEqual(['1']);
        expect((await store.checkpoint(id))?.cursor).toBe('here');
        expect(await store.run(id, 'dry run')).toBeUndefined();
        await apply({ links: [link('3')] });
        expect((await fork.links(id, { limit: 9 })).map(({ key }) => key)).toEqual(['2']);
        await fork.close();
        await apply({ links: [link('4')] });
        expect(await store.counts(id)).toMatchObject({ links: 3 });
      });
    });
  });
}
