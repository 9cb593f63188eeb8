import type { Clock } from '../../../clock.ts';
import { StateError } from '../../../domain/errors.ts';
import { number } from '../../rows.ts';
import type { Database, RunStatement } from './database.ts';
import { migrations } from './migrations.ts';

/** What this version of Rolodesk expects. */
export const expectedVersion = migrations.length;
/** Who migrates waits for whoever else does. */
const lockName = 'rolodesk migrations';
const lockMs = 300_000;
const statementMs = 3_600_000;
const lookAgainMs = 2_000;

/**
 * What is done about a database that does not have the expected tables yet. A command makes them in a database that has none,
 * so that the first use needs no step of its own. A worker waits for `state migrate`: older workers may still be at work.
 */
export type SchemaPolicy =
  | { readonly kind: 'create-if-missing' }
  | { readonly kind: 'wait'; readonly clock: Clock; readonly signal: AbortSignal; readonly onWait: () => void };

/** Throws StateError when this version of Rolodesk can't work with the tables that are there. */
export async function ensureSchema(database: Database, policy: SchemaPolicy): Promise<void> {
  let found = await schemaVersion(database);
  if (found === 0 && policy.kind === 'create-if-missing') found = (await migrate(database)).to;
  if (found < expectedVersion && policy.kind === 'wait') policy.onWait();
  while (found < expectedVersion && policy.kind === 'wait') {
    await policy.clock.sleep(lookAgainMs, policy.signal);
    found = await schemaVersion(database);
  }
  if (found > expectedVersion) throw tooNew(database, found);
  if (found === expectedVersion) return;
  throw new StateError(
    `The state in ${database.location} has version ${found}; this Rolodesk needs ${expectedVersion}.`,
    {
      code: 'state-version',
      hint: 'Stop the workers of the older version and run: rolodesk state migrate',
    },
  );
}

/** Brings the tables to the present version, all of it or nothing. */
export async function migrate(database: Database): Promise<{ readonly from: number; readonly to: number }> {
  return await database.transaction(
    async (run) => {
      await run({ text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', values: [lockName] });
      const from = await versionWithin(run);
      if (from > expectedVersion) throw tooNew(database, from);
      if (from === 0) {
        // Whoever may not create schemas may still use one that was made for it.
        if ((await run(hasSchema)).length === 0) await run({ text: 'CREATE SCHEMA rolodesk' });
        await run({ text: 'CREATE TABLE rolodesk.migrations (version bigint PRIMARY KEY, at timestamptz NOT NULL)' });
      }
      for (const [index, text] of migrations.entries()) {
        if (index < from) continue;
        await run({ text });
        await run({ text: 'INSERT INTO rolodesk.migrations VALUES ($1, now())', values: [index + 1] });
      }
      return { from, to: expectedVersion };
    },
    { lockMs, statementMs },
  );
}

/** 0: there are no tables of Rolodesk's. */
export async function schemaVersion(database: Database): Promise<number> {
  const [tables = []] = await database.read([isThere]);
  if (tables.length === 0) return 0;
  const [versions = []] = await database.read([newestVersion]);
  return number(versions[0] ?? {}, 'version');
}

const isThere = {
  text: "SELECT 1 AS there FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'rolodesk' AND c.relname = 'migrations'",
};
const hasSchema = { text: "SELECT 1 AS there FROM pg_catalog.pg_namespace WHERE nspname = 'rolodesk'" };
/** Of the tables, as `version`. */
export const newestVersion = { text: 'SELECT coalesce(max(version), 0) AS version FROM rolodesk.migrations' };

async function versionWithin(run: RunStatement): Promise<number> {
  const tables = await run(isThere);
  return tables.length === 0 ? 0 : number((await run(newestVersion))[0] ?? {}, 'version');
}

export function tooNew({ location }: Pick<Database, 'location'>, found: number): StateError {
  return new StateError(`The state in ${location} has version ${found}; this Rolodesk knows ${expectedVersion}.`, {
    code: 'state-version',
    hint: 'Use the newer Rolodesk that migrated it.',
  });
}
