import type { CallContext } from '../../../core/domain/context.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { toDirectoryUser } from '../match/directory.ts';
import { hasForeignExternalId } from '../match/match.ts';
import type { DeleteIntent, ExistingUserIntent } from './intents.ts';
import type { WriteDependencies } from './write-dependencies.ts';

/**
 * A write goes to nobody who has somebody else's external id: neither ours nor the very one that this write replaces. A link
 * may be wrong (a job's results in another order), and a user may have been given to another customer since.
 */
export function isSomebodyElses(intent: ExistingUserIntent | DeleteIntent, user: DirectoryUser): boolean {
  const replaced = 'set' in intent && 'external_id' in intent.set ? intent.before.external_id : undefined;
  return hasForeignExternalId(
    user,
    intent.externalId,
    ...(typeof replaced === 'string' ? [replaced.toLowerCase()] : []),
  );
}

/** For rows whose user turned out to be somebody else's: decided again, with that user and the one that is theirs. */
export async function whoseInstead(
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
