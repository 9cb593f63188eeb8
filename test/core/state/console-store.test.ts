import { join } from 'node:path';
import { openConsoleStore } from '../../../src/core/state/console/open-console-store.ts';
import { postgresSql } from '../../../src/core/state/console/portable-sql.ts';
import { openPostgresStore } from '../../../src/core/state/postgres/open-store.ts';
import { readPostgresGlances } from '../../../src/core/state/service/postgres-glances.ts';
import { createSqliteBackend } from '../../../src/core/state/sqlite/backend.ts';
import { ownFolder } from '../../kit/folder.ts';
import { usePostgres } from '../../kit/state/postgres.ts';
import { testConsoleStore } from '../../kit/state/test-console-store.ts';

const postgres = usePostgres();

testConsoleStore('SQLite', async (clock) => {
  const backend = createSqliteBackend(join(ownFolder(), 'state.db'));
  return {
    console: await backend.openConsole({ clock }),
    store: await backend.openStore({ clock }),
    glances: (identities, runs) => backend.glances(identities, { runs }),
  };
});

testConsoleStore('PostgreSQL', async (clock) => {
  const database = await postgres.emptied();
  return {
    console: openConsoleStore(postgresSql(database, clock)),
    store: openPostgresStore({ database, clock }),
    glances: (identities, runs) => readPostgresGlances(database, identities, runs),
  };
});
