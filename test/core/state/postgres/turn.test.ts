import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../../src/core/clock.ts';
import type { Lease } from '../../../../src/core/state/lease.ts';
import type { Database } from '../../../../src/core/state/postgres/connection/database.ts';
import { openPostgresStore } from '../../../../src/core/state/postgres/open-store.ts';
import { acquireTurn } from '../../../../src/core/state/postgres/turn.ts';
import { eventually } from '../../../kit/eventually.ts';
import { nextLine, startChild } from '../../../kit/processes/child.ts';
import { usePostgres } from '../../../kit/state/postgres.ts';
import { identity, link } from '../../../kit/state/store-builders.ts';
import { createTestClock } from '../../../kit/test-clock.ts';

const postgres = usePostgres();
const turnMs = 9_000;
const account = identity.destinationOrigin;

const take = (database: Database, clock: Clock, worker = 'one') =>
  acquireTurn({ database, clock, account, worker, turnMs });
/** What the others see when the holder has sent no beat for longer than the limit. */
const age = (database: Database) =>
  database.write([{ text: 'UPDATE rolodesk.turns SET beat_at = beat_at - $1', values: [turnMs + 1] }]);
async function isHeld(lease: Lease): Promise<boolean> {
  try {
    await lease.assertHeld();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'lease-lost' });
    return false;
  }
}
const lockOfPipelines = "SELECT 1 AS one FROM pg_locks WHERE relation = 'rolodesk.pipelines'::regclass AND granted";
async function beatAt(database: Database): Promise<number> {
  const [[row] = []] = await database.read([{ text: 'SELECT beat_at FROM rolodesk.turns' }]);
  return Number(row?.beat_at);
}
const byHand = () => createTestClock({ moves: 'by-hand' });

test('one worker at a time has an account; the turn that is given back is free at once, for a higher number', async () => {
  const database = await postgres.emptied();
  const { clock } = byHand();
  const first = await take(database, clock);
  await expect(take(database, clock, 'two')).rejects.toMatchObject({ code: 'locked', exitCode: 6 });
  const elsewhere = await acquireTurn({ database, clock, account: 'https://other.example.com', worker: 'two' });
  await first.release();
  await first.release();
  const second = await take(database, clock, 'two');
  expect(second.fence).toBeGreaterThan(first.fence ?? Number.POSITIVE_INFINITY);
  await second.release();
  await elsewhere.release();
  expect(await database.read([{ text: 'SELECT * FROM rolodesk.turns' }])).toEqual([[]]);
});

test('a worker that stood still, and whose clock did too, writes nothing more once another has its turn', async () => {
  const database = await postgres.emptied();
  const frozen = await take(database, byHand().clock);
  const store = openPostgresStore({ database, clock: byHand().clock, lease: frozen });
  const id = await store.openPipeline(identity);
  await store.apply(id, { links: [link('1')] });
  await age(database);
  const next = await take(database, byHand().clock, 'two');
  await frozen.assertHeld();
  const at = 1;
  for (const write of [
    () => store.apply(id, { links: [link('2')], unlink: ['1'] }),
    () => store.beginRun(id, { id: 'r1', kind: 'sync', startedAt: at }),
    () => store.setPause(id, 'why'),
    () => store.eraseCustomer(id, '1'),
    () => store.prune(id, at),
  ])
    await expect(write()).rejects.toMatchObject({ code: 'lease-lost', exitCode: 6 });
  expect((await store.links(id, { limit: 9 })).map(({ key }) => key)).toEqual(['1']);
  expect(await store.runs(id, { limit: 9 })).toEqual([]);
  // What it gives back is not its own any more.
  await frozen.release();
  await next.assertHeld();
  await expect(take(database, byHand().clock, 'three')).rejects.toMatchObject({ code: 'locked' });
  await next.release();
});

test('beats keep the turn; without one that arrives it is lost after the limit, and what is sent to others stops', async () => {
  const url = await postgres.createUrl();
  const database = await postgres.connect(url);
  const time = byHand();
  const held = await take(database, time.clock);
  for (let beats = 0; beats < 6; beats += 1) {
    await time.play(turnMs / 3);
    await eventually(() => time.sleepers() === 1);
  }
  await held.assertHeld();
  await postgres.server().crash();
  for (let beats = 0; beats < 3; beats += 1) {
    await time.play(turnMs / 3);
    await eventually(() => time.sleepers() === 1);
  }
  await held.assertHeld();
  await time.play(1);
  await expect(held.assertHeld()).rejects.toMatchObject({
    exitCode: 6,
    code: 'lease-lost',
    message: expect.stringContaining('No heartbeat'),
  });
  await postgres.server().restart();
  await time.play(turnMs / 3);
  await eventually(() => isHeld(held));
  await held.release();
});

test('a process that stood still for longer than the limit still has its turn if nobody has taken it, and has lost it if somebody has', async () => {
  const database = await postgres.emptied();
  const time = byHand();
  const held = await take(database, time.clock);
  time.pass(turnMs * 3);
  await held.assertHeld();
  // As of now, for the others as well.
  await expect(take(database, byHand().clock, 'two')).rejects.toMatchObject({ code: 'locked' });
  await age(database);
  const next = await take(database, byHand().clock, 'two');
  time.pass(turnMs * 3);
  await expect(held.assertHeld()).rejects.toMatchObject({
    code: 'lease-lost',
    message: expect.stringContaining('has passed to another worker'),
  });
  await held.release();
  await next.assertHeld();
  await next.release();
});

test('a worker takes no turn once a newer version has migrated the tables', async () => {
  const database = await postgres.connect(await postgres.createUrl());
  await database.write([{ text: 'INSERT INTO rolodesk.migrations VALUES (9999, now())' }]);
  await expect(take(database, byHand().clock)).rejects.toMatchObject({
    exitCode: 6,
    code: 'state-version',
    message: expect.stringContaining('9999'),
  });
  expect(await database.read([{ text: 'SELECT * FROM rolodesk.turns' }])).toEqual([[]]);
});

test('a heartbeat waits for nothing else that this process asks of the database', async () => {
  const url = `${await postgres.createUrl()}?pool_max=1`;
  const database = await postgres.connect(url);
  const time = byHand();
  const held = await take(database, time.clock);
  const before = await beatAt(database);
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const other = await postgres.connect(url);
  const holding = other.transaction(async (run) => {
    await run({ text: 'LOCK TABLE rolodesk.pipelines IN ACCESS EXCLUSIVE MODE' });
    await answered;
  });
  await eventually(async () => (await other.read([{ text: lockOfPipelines }]))[0]?.length === 1);
  const waiting = database.read([{ text: 'SELECT count(*) AS n FROM rolodesk.pipelines' }]);
  await time.play(turnMs / 3);
  await eventually(async () => (await beatAt(other)) > before);
  answer();
  await holding;
  await waiting;
  await held.release();
});

test('a beat finds out that the turn has passed on', async () => {
  const database = await postgres.emptied();
  const time = byHand();
  const held = await take(database, time.clock);
  await age(database);
  const next = await take(database, byHand().clock, 'two');
  await time.play(turnMs / 3);
  await eventually(async () => !(await isHeld(held)));
  await next.release();
});

test('whoever takes a turn waits for what its holder is writing', async () => {
  const database = await postgres.emptied();
  const held = await take(database, byHand().clock);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const writing = database.transaction(async (run) => {
    await run({ text: 'SELECT rolodesk.assert_turn($1)', values: [held.fence ?? 0] });
    await gate;
  });
  await eventually(async () => {
    const text =
      "SELECT 1 AS one FROM pg_stat_activity WHERE query LIKE '%assert_turn%' AND state = 'idle in transaction'";
    return (await database.read([{ text }]))[0]?.length === 1;
  });
  // A beat does not.
  await database.write([
    {
      text: 'UPDATE rolodesk.turns SET beat_at = beat_at - $1 WHERE fence = $2',
      values: [turnMs + 1, held.fence ?? 0],
    },
  ]);
  let isTaken = false;
  const taking = take(database, byHand().clock, 'two').then((turn) => {
    isTaken = true;
    return turn;
  });
  await eventually(async () => {
    const text = "SELECT 1 AS one FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    return (await database.read([{ text }]))[0]?.length === 1;
  });
  expect(isTaken).toBe(false);
  open();
  await writing;
  await (await taking).release();
  await held.release();
});

test('the turn of a process that was killed is taken over once its last beat is too old', async () => {
  const url = await postgres.createUrl();
  const database = await postgres.connect(url);
  const source = (path: string): string => JSON.stringify(resolve(import.meta.dirname, '../../../../src/core', path));
  const child = startChild(
    `
    import { systemClock } from ${source('clock.ts')};
    import { openPostgresBackend } from ${source('state/postgres/backend.ts')};
    const backend = await openPostgresBackend({
      url: process.argv[1], clock: systemClock, worker: 'child', turnMs: 900, schema: { kind: 'create-if-missing' },
    });
    await backend.acquireLease(process.argv[2]);
    console.log('held');
    `,
    [url, account],
  );
  expect(await nextLine(child)).toBe('held');
  const taken = () => acquireTurn({ database, clock: systemClock, account, worker: 'next', turnMs: 900 });
  await expect(taken()).rejects.toMatchObject({ code: 'locked' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  let next: Lease | undefined;
  await eventually(async () => {
    next = await taken().catch(() => undefined);
    return next !== undefined;
  });
  await next?.release();
});
