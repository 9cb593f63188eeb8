import type { Known } from '../../domain/known.ts';
import type { Link } from '../../domain/link.ts';
import type { Outcome } from '../../domain/result.ts';
import type { DirectoryUser } from '../../domain/user.ts';
import { deadLetterOf, linkOf, outcomeOf, type Row, text, userOf } from '../rows.ts';
import type { KnownQuery } from '../store.ts';
import type { Statement } from './connection/database.ts';
import type { Owner } from './owner.ts';
import type { Statements } from './statements.ts';
import type { UnchangedKeys } from './unchanged-keys.ts';

/**
 * Each name takes one step down an index that ends in the order asked for, because a row is looked for by itself (LATERAL,
 * LIMIT 1). Left to itself the planner looks through all rows of the pipeline where its statistics know nothing of it yet.
 */
function each(names: string, lookUp: string): string {
  return `${names} AS asked (name) CROSS JOIN LATERAL (${lookUp} LIMIT 1) t`;
}
const given = (parameter: string): string => `unnest(${parameter}::text[])`;

const linkByKey = (pipeline: string): string =>
  `SELECT * FROM rolodesk.links WHERE pipeline = ${pipeline} AND key = asked.name`;

/**
 * The users that may count, by id: those of the links of `$2`, those named in `$5`, and of the names in `$3` (external ids)
 * and `$4` (addresses) the one that each stands for. Of a record that is gone from the source only its link says which
 * external id it had.
 */
const wantedUsers = `
  WITH own AS MATERIALIZED (SELECT t.destination_id, t.external_id FROM ${each(given('$2'), linkByKey('$6'))}),
  wanted AS MATERIALIZED (
    SELECT destination_id AS name FROM own
    UNION SELECT ${given('$5')}
    UNION SELECT t.id FROM ${each(
      `(SELECT ${given('$3')} UNION SELECT external_id FROM own)`,
      'SELECT id FROM rolodesk.users WHERE destination = $1 AND external_id = asked.name ORDER BY external_id, id',
    )}
    UNION SELECT t.id FROM ${each(
      given('$4'),
      'SELECT id FROM rolodesk.users WHERE destination = $1 AND email = asked.name ORDER BY email, active DESC, id',
    )}
  )`;

export const lookUps = {
  outcomes: `SELECT t.key, t.outcome FROM ${each(given('$2'), 'SELECT * FROM rolodesk.results WHERE run = $1 AND key = asked.name')}`,
  links: `SELECT t.* FROM ${each(given('$2'), linkByKey('$1'))}`,
  users: `${wantedUsers} SELECT t.* FROM ${each(
    '(SELECT name FROM wanted)',
    'SELECT * FROM rolodesk.users WHERE destination = $1 AND id = asked.name',
  )} ORDER BY t.id`,
  otherLinks: `${wantedUsers}
    SELECT t.* FROM ${each(
      '(SELECT name FROM wanted)',
      'SELECT * FROM rolodesk.links WHERE pipeline = $6 AND destination_id = asked.name ORDER BY destination_id, key',
    )}
    UNION ALL SELECT t.* FROM ${each(
      given('$3'),
      'SELECT * FROM rolodesk.links WHERE pipeline = $6 AND external_id = asked.name ORDER BY external_id, key',
    )}`,
  claimantsByEmail: `SELECT t.address, t.key FROM ${each(
    given('$2'),
    'SELECT * FROM rolodesk.claims WHERE pipeline = $1 AND address = asked.name',
  )}`,
  emailsByClaimant: `SELECT t.address, t.key FROM ${each(
    given('$2'),
    'SELECT * FROM rolodesk.claims WHERE pipeline = $1 AND key = asked.name ORDER BY key, address',
  )}`,
  deadLetters: `SELECT t.* FROM ${each(
    given('$2'),
    'SELECT * FROM rolodesk.dead_letters WHERE pipeline = $1 AND key = asked.name',
  )}`,
} as const;

/** Answers everything that is known about a handful of records at once, in one round trip. */
export function createLoad(statements: Statements, unchanged: UnchangedKeys) {
  return async function load({ pipeline, destination }: Owner, query: KnownQuery): Promise<Known> {
    const { run, keys, externalIds, emails, userIds = [] } = query;
    if (keys.length + externalIds.length + emails.length + userIds.length === 0) return nothing;
    const wanted = [destination, keys, externalIds, emails, userIds, pipeline];
    const asked: readonly Statement[] = [
      { text: lookUps.outcomes, values: [run, keys] },
      { text: lookUps.links, values: [pipeline, keys] },
      { text: lookUps.users, values: wanted },
      { text: lookUps.otherLinks, values: wanted },
      { text: lookUps.claimantsByEmail, values: [pipeline, emails] },
      { text: lookUps.emailsByClaimant, values: [pipeline, keys] },
      { text: lookUps.deadLetters, values: [pipeline, keys] },
    ];
    const [outcomes = [], linked = [], users = [], others = [], claimants = [], claimedEmails = [], letters = []] =
      await statements.read(asked);
    const links = named(keys, byName(linked, 'key'), linkOf);
    return {
      ...knownUsers({ emails, externalIds, links, users: users.map(userOf), others: others.map(linkOf) }),
      outcomes: new Map<string, Outcome>([
        ...named(keys, byName(outcomes, 'key'), outcomeOf),
        ...unchanged.among(run, keys).map((key): [string, Outcome] => [key, 'unchanged']),
      ]),
      links,
      claimantsByEmail: named(emails, byName(claimants, 'address'), (row) => text(row, 'key')),
      emailsByClaimant: named(keys, byName(claimedEmails, 'key'), (row) => text(row, 'address')),
      deadLetters: named(keys, byName(letters, 'key'), deadLetterOf),
    };
  };
}

const nothing: Known = {
  outcomes: new Map(),
  links: new Map(),
  linksByUser: new Map(),
  linksByExternalId: new Map(),
  claimantsByEmail: new Map(),
  emailsByClaimant: new Map(),
  users: new Map(),
  usersByExternalId: new Map(),
  usersByEmail: new Map(),
  deadLetters: new Map(),
};

/** Rows come in the order in which of several with one name the first stands. */
function byName(rows: readonly Row[], column: string): ReadonlyMap<string, Row> {
  return new Map(rows.toReversed().map((row) => [text(row, column), row]));
}

/** What was found of each name, under the name as it was asked for: half of a surrogate pair is stored as U+FFFD. */
function named<T, R>(names: readonly string[], found: ReadonlyMap<string, R>, read: (row: R) => T): Map<string, T> {
  const values = new Map<string, T>();
  for (const name of names) {
    const row = found.get(name.toWellFormed());
    if (row !== undefined && !values.has(name)) values.set(name, read(row));
  }
  return values;
}

function knownUsers({
  emails,
  externalIds,
  links,
  users,
  others,
}: {
  readonly emails: readonly string[];
  readonly externalIds: readonly string[];
  readonly links: ReadonlyMap<string, Link>;
  readonly users: readonly DirectoryUser[];
  readonly others: readonly Link[];
}): Pick<Known, 'users' | 'usersByExternalId' | 'usersByEmail' | 'linksByUser' | 'linksByExternalId'> {
  const itself = <T>(value: T): T => value;
  const byExternalId = firstBy(users, ({ externalId }) => externalId);
  const active = users.toSorted((a, b) => Number(b.active) - Number(a.active));
  const known = new Map(users.map((user) => [user.id, user]));
  const linkOfUser = firstBy(
    others.toSorted((a, b) => (a.key < b.key ? -1 : 1)).filter(({ destinationId }) => known.has(destinationId)),
    ({ destinationId }) => destinationId,
  );
  const sorted = [...others, ...links.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    users: known,
    usersByExternalId: named(externalIds, byExternalId, itself),
    usersByEmail: named(
      emails,
      firstBy(active, ({ email }) => email),
      itself,
    ),
    // A link that was asked for by its key stands before one that was found by its user.
    linksByUser: new Map([...linkOfUser, ...[...links.values()].map((link) => [link.destinationId, link] as const)]),
    linksByExternalId: named(
      externalIds,
      firstBy(sorted, ({ externalId }) => externalId),
      itself,
    ),
  };
}

function firstBy<T>(rows: readonly T[], name: (row: T) => string | undefined): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const row of rows) {
    const value = name(row);
    if (value !== undefined && !found.has(value)) found.set(value, row);
  }
  return found;
}
