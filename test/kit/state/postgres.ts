import { beforeAll, onTestFinished } from 'vitest';
import { addressOf } from '../../../src/core/state/postgres/connection/address.ts';
import { connectDatabase, type Database } from '../../../src/core/state/postgres/connection/database.ts';
import { migrate } from '../../../src/core/state/postgres/connection/schema.ts';
import { type Server, startServer } from '../postgres-server.ts';

type RunningServer = Extract<Server, { readonly kind: 'running' }>;

/** A server for the tests of one file, and databases on it that have Rolodesk's tables. */
export function usePostgres() {
  let server: RunningServer;
  let migrated: string;
  let sharedUrl: string | undefined;
  let shared: Database | undefined;

  beforeAll(async () => {
    const started = await startServer();
    if (started.kind === 'none') throw new Error(`PostgreSQL does not start: ${started.why}`);
    server = started;
    migrated = await server.createDatabase();
    const database = await connectDatabase(addressOf(migrated));
    await migrate(database);
    await database.close();
    return async () => {
      await shared?.close();
      await server.close();
    };
  });

  return {
    /** One database for all tests of the file, emptied each time: that takes less than another database. */
    async emptied(): Promise<Database> {
      sharedUrl ??= await server.createDatabase(migrated);
      shared ??= await connectDatabase(addressOf(sharedUrl));
      const [rows = []] = await shared.read([
        { text: "SELECT tablename FROM pg_tables WHERE schemaname = 'rolodesk' AND tablename <> 'migrations'" },
      ]);
      const names = rows.map(({ tablename }) => `rolodesk.${tablename}`);
      await shared.write([{ text: `TRUNCATE ${names.join(', ')} RESTART IDENTITY` }]);
      return shared;
    },
    /** Of the database that is emptied. */
    async sharedUrl(): Promise<string> {
      sharedUrl ??= await server.createDatabase(migrated);
      return sharedUrl;
    },
    server: (): RunningServer => server,
    /** Empty of everything but the tables. */
    createUrl: (): Promise<string> => server.createDatabase(migrated),
    /** Closed when the test is. */
    async connect(url: string): Promise<Database> {
      const database = await connectDatabase(addressOf(url));
      onTestFinished(() => database.close());
      return database;
    },
  };
}
