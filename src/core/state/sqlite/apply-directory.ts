import type { DirectoryUser } from '../../domain/user.ts';
import { userOf } from '../rows.ts';
import type { ApplyTable } from './apply-table.ts';
import { createStatement } from './query.ts';

/** The destination's users as they were seen, and what that makes due. */
export const applyDirectory: ApplyTable = (database) => {
  const put = {
    former: createStatement(database, 'SELECT * FROM users WHERE destination = ? AND id = ?'),
    user: createStatement(
      database,
      'INSERT OR REPLACE INTO users (destination, id, external_id, email, role, active, fields, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    removeUser: createStatement(database, 'DELETE FROM users WHERE destination = ? AND id = ?'),
    stored: createStatement(
      database,
      'UPDATE links INDEXED BY links_by_user SET stored = ? WHERE destination_id = ? AND stored IS NULL AND written_at <= ? AND pipeline IN (SELECT id FROM pipelines WHERE destination_origin = ?)',
    ),
    lettersExist: createStatement(
      database,
      'SELECT 1 FROM dead_letters WHERE blocked_by_user_id IS NOT NULL OR blocked_by_email IS NOT NULL LIMIT 1',
    ),
    dueById: createStatement(
      database,
      'UPDATE dead_letters INDEXED BY letters_by_blocking_user SET due = 1 WHERE blocked_by_user_id = ? AND pipeline IN (SELECT id FROM pipelines WHERE destination_origin = ?)',
    ),
    dueByEmail: createStatement(
      database,
      'UPDATE dead_letters INDEXED BY letters_by_blocking_email SET due = 1 WHERE blocked_by_email IN (?, ?) AND pipeline IN (SELECT id FROM pipelines WHERE destination_origin = ?)',
    ),
    directory: createStatement(
      database,
      'INSERT OR REPLACE INTO directories (destination, cursor, fields, filled_at) VALUES (?, ?, ?, ?)',
    ),
  };

  function putUser(destination: string, user: DirectoryUser, watched: boolean): void {
    const { id, role, active, fields, updatedAt } = user;
    const externalId = user.externalId?.toLowerCase() ?? null;
    const email = user.email?.toLowerCase() ?? null;
    const former = watched ? put.former.get(destination, id) : undefined;
    if (watched && hasChanged(user, former && userOf(former))) {
      put.dueById.run(id, destination);
      put.dueByEmail.run(email, former?.email ?? null, destination);
    }
    const shown = fields ? JSON.stringify(fields) : null;
    put.user.run(destination, id, externalId, email, role, active ? 1 : 0, shown, updatedAt);
    if (shown !== null) put.stored.run(shown, id, updatedAt, destination);
  }

  return ({ destination }, { users = [], removeUsers = [], directory }) => {
    const watched = users.length > 0 && put.lettersExist.get() !== undefined;
    for (const user of users) putUser(destination, user, watched);
    for (const id of removeUsers) put.removeUser.run(destination, id);
    if (!directory) return;
    const { cursor, fields, filledAt } = directory;
    put.directory.run(destination, JSON.stringify(cursor), JSON.stringify(fields), filledAt);
  };
};

/**
 * Whether a reject that watches this user may come out otherwise now. What we write ourselves without touching who the user
 * is does not count: of two rejects that watch each other's user, each would make the other due for ever.
 */
function hasChanged(user: DirectoryUser, former: DirectoryUser | undefined): boolean {
  return (
    former === undefined ||
    user.updatedAt > former.updatedAt ||
    user.active !== former.active ||
    user.role !== former.role ||
    user.email?.toLowerCase() !== former.email ||
    user.externalId?.toLowerCase() !== former.externalId
  );
}
