import { openPostgresStore } from '../../../../src/core/state/postgres/open-store.ts';
import { usePostgres } from '../../../kit/state/postgres.ts';
import { testStore } from '../../../kit/state/test-store.ts';

const postgres = usePostgres();

testStore('PostgreSQL', async () => {
  const database = await postgres.emptied();
  return { open: async (clock) => openPostgresStore({ database, clock }) };
});
