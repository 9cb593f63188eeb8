import type { DatabaseSync } from 'node:sqlite';
import type { DirectoryUser, Known, KnownQuery, Link, PipelineId } from '../store.ts';
import { deadLetterOf, linkOf, outcomeOf, type Row, text, userOf } from './rows.ts';

/**
 * Answers everything that is known about a handful of records at once. Indexes are named: without statistics SQLite goes
 * through all rows of the pipeline by the primary key instead.
 */
export function createLoad(database: DatabaseSync, destinationOf: (pipeline: PipelineId) => string) {
  const get = {
    unchanged: database.prepare('SELECT 1 FROM temp.unchanged WHERE run = ? AND key = ?'),
    outcome: database.prepare('SELECT outcome FROM results WHERE run = ? AND key = ?'),
    link: database.prepare('SELECT * FROM links WHERE pipeline = ? AND key = ?'),
    linkByUser: database.prepare(
      'SELECT * FROM links INDEXED BY links_by_user WHERE pipeline = ? AND destination_id = ?',
    ),
    linkByExternalId: database.prepare(
      'SELECT * FROM links INDEXED BY links_by_external_id WHERE pipeline = ? AND external_id = ?',
    ),
    claim: database.prepare('SELECT key FROM claims WHERE pipeline = ? AND address = ?'),
    claimed: database.prepare('SELECT address FROM claims INDEXED BY claims_by_key WHERE pipeline = ? AND key = ?'),
    user: database.prepare('SELECT * FROM users WHERE destination = ? AND id = ?'),
    userByExternalId: database.prepare(
      'SELECT * FROM users INDEXED BY users_by_external_id WHERE destination = ? AND external_id = ?',
    ),
    userByEmail: database.prepare(
      'SELECT * FROM users INDEXED BY users_by_email WHERE destination = ? AND email = ? ORDER BY active DESC',
    ),
    deadLetter: database.prepare('SELECT * FROM dead_letters WHERE pipeline = ? AND key = ?'),
  };

  return function load(pipeline: PipelineId, { run, keys, externalIds, addresses }: KnownQuery): Known {
    const destination = destinationOf(pipeline);
    const links = collect(keys, (key) => get.link.get(pipeline, key), linkOf);
    const linksByExternalId = collect(externalIds, (id) => get.linkByExternalId.get(pipeline, id), linkOf);
    const usersByExternalId = collect(externalIds, (id) => get.userByExternalId.get(destination, id), userOf);
    const usersByEmail = collect(addresses, (address) => get.userByEmail.get(destination, address), userOf);
    const linkedIds = [...links.values()].map(({ destinationId }) => destinationId);
    const users = collect(linkedIds, (id) => get.user.get(destination, id), userOf);
    for (const user of [...usersByExternalId.values(), ...usersByEmail.values()]) users.set(user.id, user);
    return {
      outcomes: collect(
        keys,
        (key) => (get.unchanged.get(run, key) ? { outcome: 'unchanged' } : get.outcome.get(run, key)),
        outcomeOf,
      ),
      links,
      linksByExternalId,
      linksByUser: linksOf(users, links),
      claims: collect(
        addresses,
        (address) => get.claim.get(pipeline, address),
        (row) => text(row, 'key'),
      ),
      claimed: collect(
        keys,
        (key) => get.claimed.get(pipeline, key),
        (row) => text(row, 'address'),
      ),
      users,
      usersByExternalId,
      usersByEmail,
      deadLetters: collect(keys, (key) => get.deadLetter.get(pipeline, key), deadLetterOf),
    };

    function linksOf(of: ReadonlyMap<string, DirectoryUser>, known: ReadonlyMap<string, Link>): Map<string, Link> {
      const found = new Map([...known.values()].map((link) => [link.destinationId, link]));
      for (const id of of.keys()) {
        const row = found.has(id) ? undefined : get.linkByUser.get(pipeline, id);
        if (row) found.set(id, linkOf(row));
      }
      return found;
    }
  };
}

function collect<T>(
  names: readonly string[],
  find: (name: string) => Row | undefined,
  read: (row: Row) => T,
): Map<string, T> {
  const found = new Map<string, T>();
  for (const name of names) {
    const row = find(name);
    if (row) found.set(name, read(row));
  }
  return found;
}
