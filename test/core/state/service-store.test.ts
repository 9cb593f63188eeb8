import { join } from 'node:path';
import { openPostgresStore } from '../../../src/core/state/postgres/open-store.ts';
import { openPostgresServiceStore } from '../../../src/core/state/service/postgres-service-store.ts';
import { readPostgresStandings } from '../../../src/core/state/service/postgres-standings.ts';
import { createSqliteBackend } from '../../../src/core/state/sqlite/backend.ts';
import { ownFolder } from '../../kit/folder.ts';
import { usePostgres } from '../../kit/state/postgres.ts';
import { testServiceStore } from '../../kit/state/test-service-store.ts';

const postgres = usePostgres();

testServiceStore('SQLite', async (clock) => {
  const backend = createSqliteBackend(join(ownFolder(), 'state.db'));
  return {
    service: await backend.openService({ clock }),
    store: await backend.openStore({ clock }),
    standings: (identities) => backend.standings(identities, { clock }),
  };
});

testServiceStore('PostgreSQL', async (clock) => {
  const database = await postgres.emptied();
  return {
    service: openPostgresServiceStore(database, clock),
    store: await openPostgresStore({ database, clock }),
    standings: (identities) => readPostgresStandings(database, identities),
  };
});
