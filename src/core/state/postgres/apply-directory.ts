import type { DirectoryUser } from '../../domain/user.ts';
import type { Changes } from '../store.ts';
import { tables } from '../tables.ts';
import type { Statement } from './connection/database.ts';
import type { Owner } from './owner.ts';
import { forNames, upsert } from './statements.ts';

/** The destination's users as they were seen, and what that makes due. */
export function directoryChanges(
  { destination }: Pick<Owner, 'destination'>,
  { users = [], removeUsers = [], directory }: Changes,
): readonly Statement[] {
  const head = directory && [
    destination,
    JSON.stringify(directory.cursor),
    JSON.stringify(directory.fields),
    directory.filledAt,
  ];
  return [
    ...withoutRepeats(users).flatMap((some) => userChanges(destination, some)),
    ...forNames(removeUsers, { table: tables.users, owner: destination, column: 'id' }),
    ...(head ? [upsert(tables.directories, [head])] : []),
  ];
}

/** One user may have been seen twice: each time counts, one after the other. */
function withoutRepeats(users: readonly DirectoryUser[]): readonly (readonly DirectoryUser[])[] {
  const rounds: DirectoryUser[][] = [];
  let ids = new Set<string>();
  for (const user of users) {
    const round = ids.has(user.id) ? undefined : rounds.at(-1);
    if (round === undefined) {
      ids = new Set();
      rounds.push([user]);
    } else {
      round.push(user);
    }
    ids.add(user.id);
  }
  return rounds;
}

/**
 * Whether a reject that watches one of these users may come out otherwise now. What we write ourselves without touching who
 * the user is does not count: of two rejects that watch each other's user, each would make the other due for ever.
 */
const dueLetters = `
  WITH moved AS MATERIALIZED (
    SELECT n.id, n.email, f.email AS former
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[]) n (id, external_id, email, role, active, updated_at)
    LEFT JOIN rolodesk.users f ON f.destination = $1 AND f.id = n.id
    WHERE EXISTS (SELECT 1 FROM rolodesk.dead_letters WHERE blocked_by_user_id IS NOT NULL OR blocked_by_email IS NOT NULL)
      AND (f.id IS NULL OR n.updated_at > f.updated_at OR n.active <> f.active OR n.role <> f.role
        OR n.email IS DISTINCT FROM f.email OR n.external_id IS DISTINCT FROM f.external_id)
  ), watching AS (
    SELECT d.pipeline, d.key FROM moved JOIN rolodesk.dead_letters d ON d.blocked_by_user_id = moved.id
    UNION SELECT d.pipeline, d.key FROM moved JOIN rolodesk.dead_letters d ON d.blocked_by_email = moved.email
    UNION SELECT d.pipeline, d.key FROM moved JOIN rolodesk.dead_letters d ON d.blocked_by_email = moved.former
  )
  UPDATE rolodesk.dead_letters d SET due = 1 FROM watching w JOIN rolodesk.pipelines p ON p.id = w.pipeline
  WHERE d.pipeline = w.pipeline AND d.key = w.key AND d.due = 0 AND p.destination_origin = $1`;

const completeLinks = `
  UPDATE rolodesk.links own SET stored = found.fields
  FROM (
    SELECT t.pipeline, t.key, n.fields
    FROM unnest($2::text[], $3::text[], $4::bigint[]) n (id, fields, updated_at)
    CROSS JOIN (SELECT id FROM rolodesk.pipelines WHERE destination_origin = $1) p
    CROSS JOIN LATERAL (
      SELECT pipeline, key FROM rolodesk.links
      WHERE pipeline = p.id AND destination_id = n.id AND stored IS NULL AND written_at <= n.updated_at OFFSET 0
    ) t
  ) found
  WHERE own.pipeline = found.pipeline AND own.key = found.key`;

function userChanges(destination: string, given: readonly DirectoryUser[]): readonly Statement[] {
  // In one order everywhere: two pipelines of one destination that see the same users never wait for each other in a circle.
  const users = given.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const externalIdOf = ({ externalId }: DirectoryUser) => externalId?.toLowerCase() ?? null;
  const emailOf = ({ email }: DirectoryUser) => email?.toLowerCase() ?? null;
  const activeOf = ({ active }: DirectoryUser) => (active ? 1 : 0);
  const shown = users.flatMap(({ id, fields, updatedAt }) => (fields ? [{ id, fields, updatedAt }] : []));
  const identities = [
    users.map(({ id }) => id),
    users.map(externalIdOf),
    users.map(emailOf),
    users.map(({ role }) => role),
    users.map(activeOf),
    users.map(({ updatedAt }) => updatedAt),
  ];
  const rows = users.map((user) => [
    destination,
    user.id,
    externalIdOf(user),
    emailOf(user),
    user.role,
    activeOf(user),
    user.fields ? JSON.stringify(user.fields) : null,
    user.updatedAt,
  ]);
  return [
    { text: dueLetters, values: [destination, ...identities] },
    upsert(tables.users, rows),
    ...(shown.length > 0
      ? [
          {
            text: completeLinks,
            values: [
              destination,
              shown.map(({ id }) => id),
              shown.map(({ fields }) => JSON.stringify(fields)),
              shown.map(({ updatedAt }) => updatedAt),
            ],
          },
        ]
      : []),
  ];
}
