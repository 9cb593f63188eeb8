import type { Known } from '../../domain/known.ts';
import type { PipelineId } from '../../domain/pipeline.ts';
import type { Outcome } from '../../domain/result.ts';
import { deadLetterOf, linkOf, number, outcomeOf, type Row, text, userOf } from '../rows.ts';
import type { KnownQuery } from '../store.ts';
import { type Connection, createStatement, listOf } from './query.ts';

/**
 * The look-ups of `load`. Each is asked for many at once, `?2` being their names as JSON, because a statement costs more
 * than what it finds; `asked` is the place of the name. Indexes are named and the names come first: without statistics
 * SQLite goes through all rows of the pipeline by the primary key instead.
 */
export const lookUps = {
  unchanged: select('1 AS found', 'temp.unchanged t', 't.run = ?1 AND t.key'),
  outcome: select('t.outcome', 'results t', 't.run = ?1 AND t.key'),
  link: select('t.*', 'links t', 't.pipeline = ?1 AND t.key'),
  keyByUser: select('t.key', 'links t INDEXED BY links_by_user', 't.pipeline = ?1 AND t.destination_id'),
  keyByExternalId: select('t.key', 'links t INDEXED BY links_by_external_id', 't.pipeline = ?1 AND t.external_id'),
  claimantsByEmail: select('t.key', 'claims t', 't.pipeline = ?1 AND t.address'),
  emailsByClaimant: select('t.address', 'claims t INDEXED BY claims_by_key', 't.pipeline = ?1 AND t.key'),
  user: select('t.*', 'users t', 't.destination = ?1 AND t.id'),
  idByExternalId: select('t.id', 'users t INDEXED BY users_by_external_id', 't.destination = ?1 AND t.external_id'),
  // Of two with one address, an active one.
  idByEmail: `${select('t.id', 'users t INDEXED BY users_by_email', 't.destination = ?1 AND t.email')} ORDER BY asked.id, t.active DESC`,
  deadLetter: select('t.*', 'dead_letters t INDEXED BY letters_by_key', 't.pipeline = ?1 AND t.key'),
} as const;

function select(columns: string, table: string, where: string): string {
  return `SELECT asked.key AS asked_at, ${columns} FROM json_each(?2) asked CROSS JOIN ${table} WHERE ${where} = asked.value`;
}

/** Answers everything that is known about a handful of records at once. */
export function createLoad(database: Connection, destinationOf: (pipeline: PipelineId) => string) {
  const column = (name: string) => (row: Row) => text(row, name);
  const find = {
    unchanged: finder(database, lookUps.unchanged, () => 'unchanged' as const),
    outcome: finder(database, lookUps.outcome, outcomeOf),
    link: finder(database, lookUps.link, linkOf),
    keyByUser: finder(database, lookUps.keyByUser, column('key')),
    keyByExternalId: finder(database, lookUps.keyByExternalId, column('key')),
    claimantsByEmail: finder(database, lookUps.claimantsByEmail, column('key')),
    emailsByClaimant: finder(database, lookUps.emailsByClaimant, column('address')),
    user: finder(database, lookUps.user, userOf),
    idByExternalId: finder(database, lookUps.idByExternalId, column('id')),
    idByEmail: finder(database, lookUps.idByEmail, column('id')),
    deadLetter: finder(database, lookUps.deadLetter, deadLetterOf),
  };

  return function load(pipeline: PipelineId, { run, keys, externalIds, emails, userIds = [] }: KnownQuery): Known {
    const destination = destinationOf(pipeline);
    const links = find.link(pipeline, keys);
    const keyByExternalId = find.keyByExternalId(pipeline, externalIds);
    // Of a record that is gone from the source only its link says which external id it had.
    const linkedExternalIds = [...links.values()].map(({ externalId }) => externalId);
    const idByExternalId = find.idByExternalId(destination, unique(externalIds, linkedExternalIds));
    const idByEmail = find.idByEmail(destination, emails);
    const linkedIds = [...links.values()].map(({ destinationId }) => destinationId);
    const users = find.user(destination, unique(linkedIds, userIds, idByExternalId.values(), idByEmail.values()));
    const linkedUsers = new Set(linkedIds);
    const keyByUser = find.keyByUser(
      pipeline,
      [...users.keys()].filter((id) => !linkedUsers.has(id)),
    );
    const otherKeys = unique(keyByExternalId.values(), keyByUser.values()).filter((key) => !links.has(key));
    const allLinks = new Map([...links, ...find.link(pipeline, otherKeys)]);
    const linksByUser = new Map([...links.values()].map((link) => [link.destinationId, link]));
    return {
      outcomes: new Map<string, Outcome>([...find.outcome(run, keys), ...find.unchanged(run, keys)]),
      links,
      linksByExternalId: through(keyByExternalId, allLinks),
      linksByUser: new Map([...linksByUser, ...through(keyByUser, allLinks)]),
      claimantsByEmail: find.claimantsByEmail(pipeline, emails),
      emailsByClaimant: find.emailsByClaimant(pipeline, keys),
      users,
      usersByExternalId: through(idByExternalId, users),
      usersByEmail: through(idByEmail, users),
      deadLetters: find.deadLetter(pipeline, keys),
    };
  };
}

/** Asks for many names at once. Of several rows of one name the first stands. */
function finder<T>(database: Connection, sql: string, read: (row: Row) => T) {
  const statement = createStatement(database, sql);
  return function find(owner: PipelineId | string, names: readonly string[]): Map<string, T> {
    const found = new Map<string, T>();
    if (names.length === 0) return found;
    for (const row of statement.all(owner, listOf(names))) {
      const name = names[number(row, 'asked_at')] ?? '';
      if (!found.has(name)) found.set(name, read(row));
    }
    return found;
  };
}

/** What each name stands for, by the key that it leads to. */
function through<T>(keys: ReadonlyMap<string, string>, values: ReadonlyMap<string, T>): Map<string, T> {
  const found = new Map<string, T>();
  for (const [name, key] of keys) {
    const value = values.get(key);
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

function unique(...lists: readonly Iterable<string>[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => [...list]))];
}
