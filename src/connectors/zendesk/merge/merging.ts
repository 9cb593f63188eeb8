import type { Clock } from '../../../core/clock.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import { AuthError } from '../../../core/domain/errors.ts';
import type { MergeAdapter, MergePair, MergeReply, MergeState, SeenUser } from '../../../core/domain/merge-adapter.ts';
import { assertIdentity } from '../account/account.ts';
import type { ZendeskApi } from '../api/api.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { idLists } from '../api/id-lists.ts';
import { allUsers } from '../api/list-users.ts';
import { redactDetails } from '../jobs/job-results.ts';
import { toDirectoryUser } from '../match/directory.ts';
import { isAddress } from '../related/change-email.ts';
import { toUserProfile } from './user-profile.ts';

interface MergingDependencies {
  readonly api: Pick<ZendeskApi, 'me' | 'listUsers' | 'organizationsById' | 'showMany' | 'identities' | 'mergeUser'>;
  readonly clock: Clock;
  /** Of the directory. */
  readonly fields: readonly string[];
  readonly onFailpoint?: ((step: 'request-sent') => void) | undefined;
}

/** A merge takes effect some seconds after its reply (community post 4413001435418). So long we look again. */
const effectDelaysMs = [0, 1_000, 2_000, 4_000, 8_000];

/** Reads end users as `duplicates` compares them, and merges those that a person has chosen. */
export function createMerging(dependencies: MergingDependencies): MergeAdapter {
  const { api, fields } = dependencies;
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
    async look(ids, { signal }): Promise<ReadonlyMap<string, SeenUser>> {
      const rows = await api.showMany({ ids }, signal);
      return new Map(
        rows.map((row) => [String(row.id), { profile: toUserProfile(row), user: toDirectoryUser(row, fields) }]),
      );
    },
    effectMs: effectDelaysMs.reduce((sum, delayMs) => sum + delayMs),
    merge: (pair, context) => merge(dependencies, pair, context),
    stateOf: (pair, context) => stateOf(dependencies, pair, context),
  };
}

async function merge(dependencies: MergingDependencies, pair: MergePair, context: CallContext): Promise<MergeReply> {
  const { api, clock, onFailpoint } = dependencies;
  const reply = await api.mergeUser(pair.loser, pair.winner, context.signal);
  onFailpoint?.('request-sent');
  // A refusal may be of a repeated request, whose first attempt has done it.
  const delays = reply.kind === 'done' ? effectDelaysMs : effectDelaysMs.slice(0, 1);
  let state: MergeState = 'separate';
  for (const delayMs of delays) {
    if (delayMs > 0) await clock.sleep(delayMs, context.signal);
    state = await stateOf(dependencies, pair, context);
    // Its addresses may come after it has gone.
    if (state === 'merged' || (state === 'gone' && pair.email === undefined)) break;
  }
  // Without an address nothing shows it, but it was there just before, and Zendesk says that it did what we asked.
  if (state === 'gone' && (reply.kind === 'done' || pair.email === undefined)) return { kind: 'merged' };
  if (state !== 'separate' || reply.kind === 'done') return { kind: state };
  const words = [reply.error, redactDetails(reply.details, {})].filter((text) => text !== '').join(': ');
  return {
    kind: 'refused',
    message: `Zendesk refused to merge user ${pair.loser} into user ${pair.winner} (${reply.status}): ${words}`,
  };
}

async function stateOf(
  { api }: Pick<MergingDependencies, 'api'>,
  { loser, winner, email }: MergePair,
  { signal }: CallContext,
): Promise<MergeState> {
  const rows = await api.showMany({ ids: [loser, winner] }, signal);
  const isThere = (id: string): boolean => rows.some((row) => String(row.id) === id && row.active !== false);
  if (isThere(loser)) return 'separate';
  if (email === undefined || !isThere(winner)) return 'gone';
  const identities = await unlessRefused(
    () => api.identities(winner, signal),
    () => [],
  );
  return identities.some((identity) => isAddress(identity, email)) ? 'merged' : 'gone';
}

/** Only to be read by a person: who may not read organizations still gets the users. */
async function organizationNames(
  api: Pick<ZendeskApi, 'organizationsById'>,
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
    const message = 'The Zendesk user may not read organizations: their ids are shown.';
    warn({ code: 'organizations-unreadable', message });
  }
  return names;
}
