import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../../../src/core/clock.ts';
import { addressOf } from '../../../../src/core/state/postgres/connection/address.ts';
import { connectDatabase, type Database } from '../../../../src/core/state/postgres/connection/database.ts';
import { createPostgresCredentials } from '../../../../src/core/state/postgres/credentials.ts';
import { openPostgresStore } from '../../../../src/core/state/postgres/open-store.ts';
import { acquireTurn } from '../../../../src/core/state/postgres/turn.ts';
import { usePostgres } from '../../../kit/state/postgres.ts';
import { identity, link } from '../../../kit/state/store-builders.ts';
import { testStore } from '../../../kit/state/test-store.ts';
import { startPooler } from '../../../kit/state/transaction-pooler.ts';
import { createTestClock } from '../../../kit/test-clock.ts';

const postgres = usePostgres();

let through: { readonly pooler: Awaited<ReturnType<typeof startPooler>>; readonly database: Database } | undefined;

afterAll(async () => {
  await through?.database.close();
  await through?.pooler.close();
});

async function throughPooler() {
  await postgres.emptied();
  if (!through) {
    const pooler = await startPooler(await postgres.sharedUrl());
    through = { pooler, database: await connectDatabase(addressOf(pooler.url)) };
  }
  return through;
}

testStore('PostgreSQL behind a pooler in transaction mode', async () => {
  const { database } = await throughPooler();
  return { open: async (clock) => openPostgresStore({ database, clock }) };
});

test('turns and credentials need no session of their own', async () => {
  const { database, pooler } = await throughPooler();
  const { clock } = createTestClock({ moves: 'by-hand' });
  const lease = await acquireTurn({ database, clock, account: 'a', worker: 'one' });
  const store = openPostgresStore({ database, clock, lease });
  const id = await store.openPipeline(identity);
  await store.apply(id, { links: [link('1')] });
  const credentials = createPostgresCredentials({ database, clock: systemClock, key: () => Buffer.alloc(32) });
  let inside = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    expect(inside).toBe(1);
    await credentials.save('quickbooks 1', { at: inside });
    inside -= 1;
  };
  await Promise.all(
    [1, 2].map(() =>
      createPostgresCredentials({ database, clock: systemClock, key: () => Buffer.alloc(32) }).exclusive(
        'quickbooks 1',
        work,
      ),
    ),
  );
  await lease.release();
  expect(pooler.transactions()).toBeGreaterThan(6);
});
