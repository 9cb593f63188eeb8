import type { StateBackend } from '../backend.ts';
import { openConsoleStore } from '../console/open-console-store.ts';
import { sqliteSql } from '../console/portable-sql.ts';
import { openSqliteTables } from '../copy/sqlite-tables.ts';
import { createCredentialStore } from '../credentials.ts';
import { acquireLease } from '../lease.ts';
import { readSqliteGlances } from '../service/sqlite-glances.ts';
import { openSqliteServiceStore } from '../service/sqlite-service-store.ts';
import { readSqliteStandings } from '../service/sqlite-standings.ts';
import { createConnections } from './connections.ts';
import { openVersioned } from './open-database.ts';
import { openSqliteStore } from './open-store.ts';

/** The state in one file. Nothing is open until it is asked for; what has been opened for one is there for the next. */
export function createSqliteBackend(path: string): StateBackend {
  const connections = createConnections(path);
  return {
    kind: 'sqlite',
    location: path,
    acquireLease: async () => acquireLease(path),
    openStore: ({ clock, lease }) => openSqliteStore({ path, clock, lease }, connections),
    openCredentials: async ({ clock, key }) => createCredentialStore({ path, connections, clock, key }),
    async migrate() {
      const { from, to, database } = openVersioned(path);
      database.close();
      return { from, to };
    },
    async withoutRuns(work) {
      const lease = acquireLease(path);
      try {
        return await work();
      } finally {
        await lease.release();
      }
    },
    openService: ({ clock }) => openSqliteServiceStore(connections, clock),
    standings: (identities, { clock }) => readSqliteStandings(path, identities, clock),
    glances: (identities, { runs }) => readSqliteGlances(path, identities, runs),
    openConsole: async ({ clock }) => openConsoleStore(sqliteSql(path, clock)),
    openTables: async (lease) => openSqliteTables(path, { ...(lease && { assertHeld: () => lease.assertHeld() }) }),
    close: async () => connections.close(),
  };
}
