import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { StateError } from '../../domain/errors.ts';
import type { PipelineId } from '../../domain/pipeline.ts';
import { copied, pagesOf } from '../copy/copy-tables.ts';
import { openPostgresTables } from '../copy/postgres-tables.ts';
import { openSqliteTables } from '../copy/sqlite-tables.ts';
import { acquireLease } from '../lease.ts';
import { openSqliteStore } from '../sqlite/open-store.ts';
import type { StateStore } from '../store.ts';
import { tables } from '../tables.ts';
import type { Database } from './connection/database.ts';

const prefix = 'rolodesk-copy-';
const fileName = 'state.db';
/** Whoever has just made a folder has locked it by then. */
const newMs = 60_000;

/**
 * A private copy of these pipelines, with their directories, in a file of this process alone. It is gone when it is closed;
 * what a process that died has left is removed by the next.
 */
export async function forkToFile(database: Database, ids: ReadonlySet<PipelineId>, clock: Clock): Promise<StateStore> {
  removeAbandoned(clock);
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const path = join(folder, fileName);
  const lock = acquireLease(path);
  const remove = async (): Promise<void> => {
    await lock.release();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await copyInto(path, database, ids);
    const store = await openSqliteStore({ path, clock });
    for (const { id, identity } of await openPostgresTables(database).pipelines())
      if (ids.has(id)) await store.openPipeline(identity);
    return {
      ...store,
      async close() {
        await store.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function copyInto(path: string, database: Database, ids: ReadonlySet<PipelineId>): Promise<void> {
  const from = openPostgresTables(database);
  const to = openSqliteTables(path, { isThrownAway: true });
  try {
    const wanted = (await from.pipelines()).filter(({ id }) => ids.has(id));
    for (const { id, identity, hold } of wanted) {
      const owner = { pipeline: id, destination: identity.destinationOrigin };
      await to.create(identity, id);
      for (const table of [...copied, tables.checkpoints])
        for await (const rows of pagesOf(from, table, owner)) await to.change(id, { put: [{ table, rows }] });
      await to.change(id, { hold });
    }
  } finally {
    await to.close();
  }
}

function removeAbandoned(clock: Clock): void {
  for (const name of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (!name.startsWith(prefix) || !isOurs(folder) || statSync(folder).mtimeMs > clock.now() - newMs) continue;
    try {
      // A lock that can be taken is nobody's: its process has ended.
      void acquireLease(join(folder, fileName)).release();
    } catch (error) {
      if (error instanceof StateError) continue;
      throw error;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Others may make folders there too. */
function isOurs(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  return (
    found?.isDirectory() === true &&
    (found.uid === userInfo().uid || userInfo().uid < 0) &&
    (found.mode & 0o077) === 0 &&
    existsSync(join(folder, `${fileName}.lock`))
  );
}
