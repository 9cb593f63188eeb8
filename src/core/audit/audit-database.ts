import { DatabaseSync } from 'node:sqlite';
import { defined } from '../defined.ts';
import type { Link } from '../domain/link.ts';
import type { DirectoryUser } from '../domain/user.ts';
import { number, type Row, text } from '../state/rows.ts';
import { stateError } from '../state/sqlite/open-database.ts';
import { createQuery, type Query, transaction } from '../state/sqlite/query.ts';
import type { AuditEntry, CustomerFinding, UserFinding } from './findings.ts';

const chunk = 1000;

const tables = `
  PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;
  CREATE TABLE users (id TEXT PRIMARY KEY, external_id TEXT, email TEXT, likeness TEXT, user TEXT NOT NULL, kind TEXT, code TEXT, verdict TEXT) WITHOUT ROWID;
  CREATE INDEX users_by_external_id ON users (external_id) WHERE external_id IS NOT NULL;
  CREATE INDEX users_by_email ON users (email) WHERE email IS NOT NULL;
  CREATE INDEX users_by_likeness ON users (likeness) WHERE likeness IS NOT NULL;
  CREATE TABLE links (user_id TEXT PRIMARY KEY, link TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE customers (key TEXT PRIMARY KEY, external_id TEXT, address TEXT, user_id TEXT, kind TEXT NOT NULL, code TEXT, verdict TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX customers_by_external_id ON customers (external_id) WHERE external_id IS NOT NULL;
  CREATE INDEX customers_by_address ON customers (address) WHERE address IS NOT NULL;
  CREATE INDEX customers_by_user ON customers (user_id) WHERE user_id IS NOT NULL;
`;

/** One customer as the audit has classified it, with what it may be met by. */
export interface ClassifiedCustomer {
  readonly key: string;
  readonly externalId?: string | undefined;
  /** The address that is its to have. */
  readonly email?: string | undefined;
  readonly finding: CustomerFinding;
}

export interface ClassifiedUser {
  readonly id: string;
  readonly finding: UserFinding;
}

export type Tally = readonly { readonly kind: string; readonly code: string | null; readonly count: number }[];

/**
 * Where the two sides of an audit meet: a database that SQLite keeps in a nameless temporary file, private to this process
 * and gone with it, however it ends. Memory stays flat whatever the number of customers.
 */
export function createAuditDatabase() {
  const database = new DatabaseSync('');
  const query = withStateErrors(createQuery(database));
  database.exec(tables);
  return {
    ...createWriter(database, query),
    ...createFinder(query),
    ...createSummary(database, query),
    close: () => database.close(),
  };
}

export type AuditDatabase = ReturnType<typeof createAuditDatabase>;

function createWriter(database: DatabaseSync, query: Query) {
  return {
    addUsers(users: readonly DirectoryUser[], fuzzyKey: (user: DirectoryUser) => string | undefined): void {
      const sql = 'INSERT OR REPLACE INTO users (id, external_id, email, likeness, user) VALUES (?, ?, ?, ?, ?)';
      transaction(database, () => {
        for (const user of users) {
          const { id, externalId = null, email = null } = user;
          query(sql, [id, externalId, email, fuzzyKey(user) ?? null, JSON.stringify(user)]);
        }
      });
    },
    addLinks(links: readonly Link[]): void {
      transaction(database, () => {
        for (const link of links)
          query('INSERT OR REPLACE INTO links VALUES (?, ?)', [link.destinationId, JSON.stringify(link)]);
      });
    },
    /** A customer that is read again takes the place of its earlier reading. */
    addCustomer({ key, externalId, email, finding }: ClassifiedCustomer): void {
      const { kind, code = null, destinationId = null } = finding;
      const values = [key, externalId ?? null, email ?? null, destinationId, kind, code, JSON.stringify(finding)];
      query('INSERT OR REPLACE INTO customers VALUES (?, ?, ?, ?, ?, ?, ?)', values);
    },
    classifyUsers(classified: readonly ClassifiedUser[]): void {
      const sql = 'UPDATE users SET kind = ?, code = ?, verdict = ? WHERE id = ?';
      transaction(database, () => {
        for (const { id, finding } of classified)
          query(sql, [finding.kind, finding.code ?? null, JSON.stringify(finding), id]);
      });
    },
  };
}

/** Looks up what the two sides have in common. */
function createFinder(query: Query) {
  const one = (sql: string, ...values: readonly string[]): Row | undefined => query(sql, values)[0];
  return {
    has: (key: string) => one('SELECT 1 FROM customers WHERE key = ?', key) !== undefined,
    hasUser: (id: string) => one('SELECT 1 FROM users WHERE id = ?', id) !== undefined,
    user: (id: string) => userOf(one('SELECT user FROM users WHERE id = ?', id)),
    userByExternalId: (externalId: string) => userOf(one('SELECT user FROM users WHERE external_id = ?', externalId)),
    userByEmail: (email: string) => userOf(one('SELECT user FROM users WHERE email = ?', email)),
    /** Which customer a user is, by what was remembered. */
    linkOf: (userId: string) => linkOf(one('SELECT link FROM links WHERE user_id = ?', userId)),
    /** Which customer a user is, by this audit. */
    customerOf: (userId: string) => customerOf(one('SELECT key, verdict FROM customers WHERE user_id = ?', userId)),
    /** A customer who has a user, and it is another one than this, although they have something in common. */
    customerLike(what: 'external_id' | 'address', value: string, userId: string): string | undefined {
      return keyOf(one(`SELECT key FROM customers WHERE ${what} = ? AND user_id <> ?`, value, userId));
    },
    customerOfLike(fuzzyKey: string, userId: string): string | undefined {
      const sql =
        'SELECT c.key FROM users u JOIN customers c ON c.user_id = u.id WHERE u.likeness = ? AND u.id <> ? LIMIT 1';
      return keyOf(one(sql, fuzzyKey, userId));
    },
    *users(): Generator<readonly DirectoryUser[]> {
      let after = '';
      for (;;) {
        const rows = query('SELECT id, user FROM users WHERE id > ? ORDER BY id LIMIT ?', [after, chunk]);
        if (rows.length > 0) yield rows.flatMap((row) => userOf(row) ?? []);
        const last = rows.at(-1);
        if (rows.length < chunk || !last) return;
        after = text(last, 'id');
      }
    },
  };
}

/** What came of it, when everything is classified. */
function createSummary(database: DatabaseSync, query: Query) {
  const countOf = (sql: string): number => number(query(sql, [])[0] ?? {}, 'n');
  return {
    total: (table: 'users' | 'customers') => countOf(`SELECT count(*) AS n FROM ${table}`),
    tally: (table: 'users' | 'customers'): Tally =>
      query(`SELECT kind, code, count(*) AS n FROM ${table} GROUP BY kind, code ORDER BY n DESC, code`, []).map(
        (row) => ({
          kind: String(row.kind),
          code: typeof row.code === 'string' ? row.code : null,
          count: number(row, 'n'),
        }),
      ),
    normalized: () => countOf("SELECT count(*) AS n FROM customers WHERE verdict ->> '$.normalized' IS NOT NULL"),
    examples: (table: 'users' | 'customers', kind: string, code: string, max: number): string[] => {
      const name = table === 'users' ? 'id' : 'key';
      const sql = `SELECT ${name} AS name FROM ${table} WHERE kind = ? AND code = ? ORDER BY length(${name}), ${name} LIMIT ?`;
      return query(sql, [kind, code, max]).map((row) => text(row, 'name'));
    },
    /** In the order of keys, numbers as numbers. */
    *entries(kind: AuditEntry['kind']): Generator<AuditEntry> {
      const ofUsers = kind === 'extra' || kind === 'duplicated';
      const sql = ofUsers
        ? 'SELECT id, NULL AS key, verdict FROM users WHERE kind = ? ORDER BY length(id), id'
        : 'SELECT NULL AS id, key, verdict FROM customers WHERE kind = ? ORDER BY length(key), key';
      for (const row of database.prepare(sql).iterate(kind)) yield entryOf(kind, row);
    },
  };
}

function withStateErrors(query: Query): Query {
  return (sql, values) => {
    try {
      return query(sql, values);
    } catch (error) {
      throw stateError(error, "The audit's temporary file can't be written");
    }
  };
}

// What follows was written by this very object with JSON.stringify.

function userOf(row: Row | undefined): DirectoryUser | undefined {
  return row && (JSON.parse(text(row, 'user')) as DirectoryUser);
}

function linkOf(row: Row | undefined): Link | undefined {
  return row && (JSON.parse(text(row, 'link')) as Link);
}

function customerOf(row: Row | undefined): { readonly key: string; readonly finding: CustomerFinding } | undefined {
  return row && { key: text(row, 'key'), finding: JSON.parse(text(row, 'verdict')) as CustomerFinding };
}

function keyOf(row: Row | undefined): string | undefined {
  return row && text(row, 'key');
}

function entryOf(kind: AuditEntry['kind'], row: Row): AuditEntry {
  const finding = JSON.parse(text(row, 'verdict')) as CustomerFinding & UserFinding;
  const key = typeof row.key === 'string' ? row.key : finding.key;
  const destinationId = typeof row.id === 'string' ? row.id : finding.destinationId;
  return {
    kind,
    code: finding.code ?? kind,
    ...defined({ key, destinationId, name: finding.name, message: finding.message }),
    fields: finding.fields ?? {},
  };
}
