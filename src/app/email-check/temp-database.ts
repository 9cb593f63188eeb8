import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';

/** The addresses of one customer. */
export interface Noted {
  readonly key: string;
  readonly name: string;
  /** As the source has it. */
  readonly text: string;
  /** The one that would be written. */
  readonly address?: string;
  readonly isMalformed: boolean;
  readonly isMultiple: boolean;
  readonly isRole: boolean;
}

/** The position to continue from, in reading order. */
interface Place {
  readonly after: number;
  readonly limit: number;
}

/**
 * The addresses during the check, in a temporary database that SQLite moves to the disk, so that a million of them need
 * no memory. It disappears with the process, however that ends.
 */
export function createTempDatabase() {
  const database = new DatabaseSync('');
  database.exec(`
    CREATE TABLE seen (
      sequence INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, text TEXT NOT NULL, address TEXT,
      malformed INTEGER NOT NULL, multiple INTEGER NOT NULL, role INTEGER NOT NULL
    );
    BEGIN;
  `);
  const put = database.prepare(
    'INSERT OR REPLACE INTO seen (key, name, text, address, malformed, multiple, role) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const flags = { malformed: 'malformed = 1', multiple: 'multiple = 1', role: 'role = 1' } as const;

  return {
    /** A customer that is added again replaces its earlier entry. */
    note({ key, name, text, address, isMalformed, isMultiple, isRole }: Noted): void {
      put.run(key, name, text, address ?? null, Number(isMalformed), Number(isMultiple), Number(isRole));
    },
    /** Call it once, after everything is added. */
    finish(): number {
      database.exec(`
        COMMIT;
        CREATE INDEX seen_by_address ON seen (address, sequence);
        CREATE TABLE shared AS
          SELECT min(sequence) AS sequence, address FROM seen WHERE address IS NOT NULL GROUP BY address HAVING count(*) > 1;
        CREATE UNIQUE INDEX shared_in_order ON shared (sequence);
      `);
      return Number(database.prepare('SELECT count(*) AS n FROM seen').get()?.n);
    },
    /** Addresses that more than one customer has. */
    shared: ({ after, limit }: Place) =>
      database
        .prepare('SELECT sequence, address FROM shared WHERE sequence > ? ORDER BY sequence LIMIT ?')
        .all(after, limit)
        .map((row) => ({ sequence: Number(row.sequence), address: String(row.address) })),
    having: (address: string, { after, limit }: Place) =>
      database
        .prepare('SELECT * FROM seen WHERE address = ? AND sequence > ? ORDER BY sequence LIMIT ?')
        .all(address, after, limit)
        .map(placed),
    flagged: (flag: keyof typeof flags, { after, limit }: Place) =>
      database
        .prepare(`SELECT * FROM seen WHERE ${flags[flag]} AND sequence > ? ORDER BY sequence LIMIT ?`)
        .all(after, limit)
        .map(placed),
    close: (): void => database.close(),
  };
}

export type TempDatabase = ReturnType<typeof createTempDatabase>;

function placed(row: Record<string, SQLOutputValue>): Noted & { readonly sequence: number } {
  return {
    sequence: Number(row.sequence),
    key: String(row.key),
    name: String(row.name),
    text: String(row.text),
    ...(row.address !== null && { address: String(row.address) }),
    isMalformed: row.malformed === 1,
    isMultiple: row.multiple === 1,
    isRole: row.role === 1,
  };
}
