import type { CallContext } from '../../../core/domain/context.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { toDirectoryUser } from '../match/directory.ts';
import { hasForeignExternalId } from '../match/match.ts';
import type { DeleteIntent, ExistingUserIntent } from './intents.ts';
import type { WriteDependencies } from './write-dependencies.ts';

/**
 * True if the user carries an external id that is neither this customer's nor the one that this write replaces: then
 * nothing is written to it. A link may be wrong (a job returned its results in another order), or the user may have
 * been given to another customer since.
 */
export function belongsToAnother(intent: ExistingUserIntent | DeleteIntent, user: DirectoryUser): boolean {
  const replaced = 'set' in intent && 'external_id' in intent.set ? intent.before.external_id : undefined;
  return hasForeignExternalId(
    user,
    intent.externalId,
    ...(typeof replaced === 'string' ? [replaced.toLowerCase()] : []),
  );
}

/**
 * For rows whose user belongs to somebody else: they are decided again, with that user and the one that is really
 * theirs.
 */
export async function redecideWithOwnUsers(
  { api, fields }: Pick<WriteDependencies, 'api' | 'fields'>,
  rows: readonly { readonly intent: ExistingUserIntent | DeleteIntent; readonly user: DirectoryUser }[],
  { signal }: CallContext,
): Promise<readonly RowOutcome[]> {
  if (rows.length === 0) return [];
  const externalIds = rows.map(({ intent }) => intent.externalId);
  const users = (await api.showMany({ externalIds }, signal)).map((user) => toDirectoryUser(user, fields));
  const byExternalId = new Map(users.map((user) => [user.externalId, user]));
  return rows.map(({ intent, user }) => {
    const own = byExternalId.get(intent.externalId);
    return { kind: 'redecide', users: own ? [user, own] : [user] };
  });
}
