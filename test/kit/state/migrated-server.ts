import { addressOf } from '../../../src/core/state/postgres/connection/address.ts';
import { connectDatabase } from '../../../src/core/state/postgres/connection/database.ts';
import { migrate } from '../../../src/core/state/postgres/connection/schema.ts';
import { startServer } from '../postgres-server.ts';

/** A server with a database that has Rolodesk's tables and nothing in them, to be copied. */
export async function startMigratedServer(): Promise<{ readonly template: string; close(): Promise<void> }> {
  const server = await startServer();
  if (server.kind === 'none') throw new Error(`PostgreSQL does not start: ${server.why}`);
  const template = await server.createDatabase();
  const database = await connectDatabase(addressOf(template));
  await migrate(database);
  await database.close();
  return { template, close: () => server.close() };
}
