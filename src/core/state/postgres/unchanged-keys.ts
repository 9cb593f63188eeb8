import { DatabaseSync } from 'node:sqlite';
import { number } from '../rows.ts';

/** Which keys a run has found up to date. Known for the length of the run, by its process alone. */
export interface UnchangedKeys {
  put(run: string, keys: { readonly unchanged: readonly string[]; readonly written: readonly string[] }): void;
  among(run: string, keys: readonly string[]): readonly string[];
  count(run: string): number;
  clear(): void;
  close(): void;
}

/**
 * In a temporary file that SQLite makes when they outgrow its cache, and that is gone with the process: a run that dies
 * leaves nothing, a million keys take no memory, and nothing is written to the database. There a table would have to be
 * written to the log for nothing, or could be empty after a crash that the run survives, and then every customer would
 * look as if it were gone from the source.
 */
export function createUnchangedKeys(): UnchangedKeys {
  let opened: ReturnType<typeof open> | undefined;
  const at = (): ReturnType<typeof open> => {
    opened ??= open();
    return opened;
  };
  return {
    put(run, { unchanged, written }) {
      if (unchanged.length === 0 && opened === undefined) return;
      at().drop.run(run, listOf(written));
      at().put.run(run, listOf(unchanged));
    },
    among: (run, keys) =>
      opened?.among.all(run, listOf(keys)).flatMap((row) => keys[number(row, 'asked_at')] ?? []) ?? [],
    count: (run) => number(opened?.count.get(run) ?? { n: 0 }, 'n'),
    clear: () => opened?.clear.run(),
    close: () => {
      opened?.database.close();
      opened = undefined;
    },
  };
}

function open() {
  const database = new DatabaseSync('');
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2048');
  database.exec('CREATE TABLE unchanged (run TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID');
  return {
    database,
    put: database.prepare('INSERT OR IGNORE INTO unchanged (run, key) SELECT ?1, value FROM json_each(?2)'),
    drop: database.prepare('DELETE FROM unchanged WHERE run = ?1 AND key IN (SELECT value FROM json_each(?2))'),
    among: database.prepare(
      'SELECT asked.key AS asked_at FROM json_each(?2) asked CROSS JOIN unchanged t WHERE t.run = ?1 AND t.key = asked.value',
    ),
    count: database.prepare('SELECT count(*) AS n FROM unchanged WHERE run = ?'),
    clear: database.prepare('DELETE FROM unchanged'),
  };
}

/** Half of a surrogate pair is written as it would be on its own: as U+FFFD. */
function listOf(names: readonly string[]): string {
  return JSON.stringify(names.map((name) => name.toWellFormed()));
}
