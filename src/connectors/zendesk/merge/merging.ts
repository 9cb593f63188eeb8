import type { CallContext } from '../../../core/domain/context.ts';
import { AuthError } from '../../../core/domain/errors.ts';
import type { MergeAdapter } from '../../../core/domain/merge-adapter.ts';
import { assertIdentity } from '../account/account.ts';
import type { ZendeskApi } from '../api/api.ts';
import { idLists } from '../api/id-lists.ts';
import { allUsers } from '../api/list-users.ts';
import { toUserProfile } from './user-profile.ts';

type MergingApi = Pick<ZendeskApi, 'me' | 'listUsers' | 'organizationsById'>;

/** Reads end users as `duplicates` compares them. */
export function createMerging(api: MergingApi): MergeAdapter {
  return {
    async *list(context) {
      const { signal, warn } = context;
      await assertIdentity(api, { block: 'destination', signal });
      let unreadableRows = 0;
      for await (const { users, unreadable } of allUsers(api, { role: 'end-user' }, signal)) {
        unreadableRows += unreadable.length;
        yield users.map(toUserProfile);
      }
      if (unreadableRows === 0) return;
      const message = `Zendesk shows ${unreadableRows} users without an id. They are left out.`;
      warn({ code: 'users-unreadable', message });
    },
    organizationNames: (ids, context) => organizationNames(api, ids, context),
  };
}

/** Only to be read by a person: who may not read organizations still gets the users. */
async function organizationNames(
  api: MergingApi,
  ids: readonly string[],
  { signal, warn }: CallContext,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  try {
    for (const part of idLists(ids).lists)
      for (const { id, name } of await api.organizationsById(part.map(Number), signal))
        if (typeof name === 'string') names.set(String(id), name);
  } catch (error) {
    if (!(error instanceof AuthError && error.code === 'forbidden')) throw error;
    warn({
      code: 'organizations-unreadable',
      message: 'The Zendesk user may not read organizations: their ids are shown.',
    });
  }
  return names;
}
