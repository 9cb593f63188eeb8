import { DatabaseSync } from 'node:sqlite';
import type { UserProfile } from '../domain/merge-adapter.ts';
import { number, type Row, text } from '../state/rows.ts';
import { stateError } from '../state/sqlite/open-database.ts';
import { createQuery, type Query, transaction } from '../state/sqlite/query.ts';
import type { Reason, Trait } from './traits.ts';

const tables = `
  PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;
  CREATE TABLE users (id TEXT PRIMARY KEY, user TEXT NOT NULL, component TEXT) WITHOUT ROWID;
  CREATE INDEX users_by_component ON users (component) WHERE component IS NOT NULL;
  CREATE TABLE traits (reason TEXT, value TEXT, id TEXT, PRIMARY KEY (reason, value, id)) WITHOUT ROWID;
  CREATE INDEX traits_by_user ON traits (id);
`;

/** What some users have in common. */
export interface Evidence {
  readonly reason: Reason;
  readonly ids: readonly string[];
}

/**
 * Where users are looked through for what they have in common: a database that SQLite keeps in a nameless temporary file,
 * private to this process and gone with it. Memory stays flat whatever the number of users.
 */
export function createDuplicatesDatabase(maxUsers: number) {
  const database = new DatabaseSync('');
  const query = withStateErrors(createQuery(database));
  database.exec(tables);
  const shared = `SELECT reason, value FROM traits GROUP BY reason, value HAVING count(*) BETWEEN 2 AND ${maxUsers}`;
  return {
    /** A user that a later page shows again takes the place of its earlier reading. */
    add(users: readonly { readonly profile: UserProfile; readonly traits: readonly Trait[] }[]): void {
      transaction(database, () => {
        for (const { profile, traits } of users) {
          query('DELETE FROM traits WHERE id = ?', [profile.id]);
          query('INSERT OR REPLACE INTO users (id, user) VALUES (?, ?)', [profile.id, JSON.stringify(profile)]);
          for (const { reason, value } of traits)
            query('INSERT OR REPLACE INTO traits VALUES (?, ?, ?)', [reason, value, profile.id]);
        }
      });
    },
    count: (): number => number(query('SELECT count(*) AS n FROM users', [])[0] ?? {}, 'n'),
    /** Values that so many users have that they say nothing. */
    countCommon: (): number => {
      const common = `SELECT 1 FROM traits GROUP BY reason, value HAVING count(*) > ${maxUsers}`;
      return number(query(`SELECT count(*) AS n FROM (${common})`, [])[0] ?? {}, 'n');
    },
    /** Ids of users who have one thing in common, one list after the other. */
    *inCommon(): Generator<readonly string[]> {
      const sql = `SELECT t.reason, t.value, t.id FROM (${shared}) s JOIN traits t USING (reason, value) ORDER BY t.reason, t.value, t.id`;
      let last = '';
      let ids: string[] = [];
      for (const row of database.prepare(sql).iterate()) {
        const trait = `${row.reason} ${row.value}`;
        if (trait !== last && ids.length > 0) {
          yield ids;
          ids = [];
        }
        last = trait;
        ids.push(text(row, 'id'));
      }
      if (ids.length > 0) yield ids;
    },
    setComponents(components: Iterable<readonly [id: string, component: string]>): void {
      transaction(database, () => {
        for (const [id, component] of components) query('UPDATE users SET component = ? WHERE id = ?', [component, id]);
      });
    },
    countComponents: () => {
      const sql = 'SELECT count(DISTINCT component) AS groups, count(component) AS users FROM users';
      const row = query(sql, [])[0] ?? {};
      return { groups: number(row, 'groups'), users: number(row, 'users') };
    },
    /** Older components first: ids are numbers that grow. */
    components: (): readonly string[] =>
      query(
        'SELECT DISTINCT component FROM users WHERE component IS NOT NULL ORDER BY length(component), component',
        [],
      ).map((row) => text(row, 'component')),
    usersOf: (component: string): readonly UserProfile[] =>
      query('SELECT user FROM users WHERE component = ? ORDER BY length(id), id', [component]).map(profileOf),
    organizationIds: (): readonly string[] =>
      query(
        "SELECT DISTINCT user ->> '$.organizationId' AS id FROM users WHERE component IS NOT NULL AND user ->> '$.organizationId' IS NOT NULL",
        [],
      ).map((row) => text(row, 'id')),
    evidenceOf(component: string): readonly Evidence[] {
      const sql = `SELECT t.reason, t.value, group_concat(t.id) AS ids FROM traits t JOIN users u ON u.id = t.id
        WHERE u.component = ? GROUP BY t.reason, t.value HAVING count(*) BETWEEN 2 AND ${maxUsers} ORDER BY t.reason, t.value`;
      return query(sql, [component]).map((row) => ({
        // Written by `add`.
        reason: text(row, 'reason') as Reason,
        ids: text(row, 'ids').split(','),
      }));
    },
    close: () => database.close(),
  };
}

function withStateErrors(query: Query): Query {
  return (sql, values) => {
    try {
      return query(sql, values);
    } catch (error) {
      throw stateError(error, "The temporary file of the search can't be written");
    }
  };
}

function profileOf(row: Row): UserProfile {
  // Written by `add` with JSON.stringify.
  return JSON.parse(text(row, 'user')) as UserProfile;
}
