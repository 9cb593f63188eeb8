import type { CallContext } from '../../../core/domain/context.ts';
import { RecordError } from '../../../core/domain/errors.ts';
import type { Result } from '../../../core/domain/result.ts';
import type { PastRun, PastWrite, RevertPlan } from '../../../core/domain/revert.ts';
import { counted } from '../../../core/records/counted.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { unflatten } from '../fields/fields.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { toDirectoryUser } from '../match/directory.ts';
import { isStaff } from '../match/staff.ts';
import { isAddress } from '../related/change-email.ts';
import type { ZendeskUser } from '../user.ts';
import { type DeleteIntent, keep, type RevertIntent } from '../write/intents.ts';
import type { WriteDependencies } from '../write/write-dependencies.ts';
import { type PastWriteState, restore } from './revert-fields.ts';

type Answer = RevertPlan<ZendeskUser, DeleteIntent | RevertIntent>;

/**
 * Plans how the writes of an earlier run are reverted, from what their users are now. A created user is deleted, or
 * suspended if it has tickets by now. A changed field gets its old value back, unless somebody has changed it since.
 */
export async function planRevert(
  { api, fields, ticketHolders }: Pick<WriteDependencies, 'api' | 'fields' | 'ticketHolders'>,
  writes: readonly PastWrite[],
  past: PastRun,
  context: CallContext,
): Promise<readonly Answer[]> {
  const { signal } = context;
  const ids = writes.flatMap(({ result }) => result.destinationId ?? []);
  const users = new Map((await api.showMany({ ids }, signal)).map((user) => [String(user.id), user]));
  const made = writes.filter(({ result }) => isCreated(result)).map(({ result }) => result.destinationId ?? '');
  const tickets = await ticketHolders.count(
    made.filter((id) => users.get(id)?.active !== false && users.has(id)),
    past,
    context,
  );
  const answers = await inParallel(writes, async ({ result, link, releaseEmail = false }): Promise<Answer> => {
    const user = users.get(result.destinationId ?? '');
    if (!user || user.active === false) return gone(result);
    const entry = toDirectoryUser(user, fields);
    if (isStaff(entry))
      return conflict(`Zendesk user ${entry.id} is an agent or admin by now. Staff are never written.`);
    if (isCreated(result) && past.absorbing?.has(entry.id))
      return conflict(`Another user has been merged into Zendesk user ${entry.id} since: it is not deleted.`);
    const seen = { result, user, entry, link: link?.destinationId === entry.id ? link : undefined };
    if (isCreated(result)) return remove(seen, tickets.counts.get(entry.id) ?? 0);
    const written: PastWriteState = { ...seen, oldEmailStillPresent: await oldEmailStillPresent(api, seen, signal) };
    const { intent, conflicts } = restore(written, { releaseEmail });
    if (intent) return write(intent, 'update', conflicts);
    return conflicts.length === 0
      ? { kind: 'nothing' }
      : conflict(`Changed by somebody since, and left: ${conflicts.join(', ')}.`);
  });
  const [first, ...others] = answers;
  return first ? [{ ...first, lookups: tickets.lookups }, ...others] : [];
}

/**
 * Includes users that were written but count as rejected: Zendesk refused a related resource, or a later version of the
 * record.
 */
function isCreated({ outcome, changes }: Result): boolean {
  return outcome === 'created' || changes?.active?.[1] === true;
}

/** A user that no longer exists needs nothing, but its changed values cannot be restored. */
function gone(result: Result): Answer {
  const { destinationId, changes } = result;
  if (isCreated(result)) return { kind: 'nothing' };
  if (changes?.active)
    return conflict(`Zendesk user ${destinationId} was deleted by the run. Zendesk does not bring users back.`);
  return conflict(`Zendesk user ${destinationId} is deleted by now.`);
}

/** Requested only if it matters: the address is as before although the run changed it. */
async function oldEmailStillPresent(
  api: Pick<WriteDependencies['api'], 'identities'>,
  { result, entry }: Pick<PastWriteState, 'result' | 'entry'>,
  signal: AbortSignal,
): Promise<boolean> {
  const [before, given] = result.changes?.email ?? [];
  if (typeof before !== 'string' || typeof given !== 'string' || entry.email !== before.toLowerCase()) return false;
  const own = await unlessRefused(
    () => api.identities(entry.id, signal),
    () => [],
  );
  return own.some((identity) => isAddress(identity, given));
}

function remove(past: Omit<PastWriteState, 'oldEmailStillPresent'>, tickets: number | RecordError): Answer {
  const { result, user, entry, link } = past;
  if (tickets instanceof RecordError)
    return { kind: 'refused', message: `${tickets.message} Nobody knows whether the user has tickets: left as it is.` };
  if (link && user.external_id?.toLowerCase() !== link.externalId)
    return conflict(`Zendesk user ${entry.id} has another external_id by now.`);
  const externalId = link?.externalId ?? entry.externalId ?? '';
  const common = { key: result.key, id: entry.id, externalId, origin: 'created', user: entry } as const;
  const sent = link?.sent ?? {};
  if (tickets === 0) {
    return write({ ...common, kind: 'revert-create', sent }, 'delete', []);
  }
  const message = `Zendesk user ${entry.id} has ${counted(tickets, 'ticket')} by now: suspended, not deleted.`;
  const note = { code: 'has-tickets', message };
  if (user.suspended === true) return { kind: 'nothing', note };
  const intent: RevertIntent = {
    ...common,
    kind: 'revert',
    set: { suspended: true },
    tags: { add: [], remove: [] },
    related: {},
    address: keep,
    sent: { ...sent, suspended: true },
    before: { suspended: false },
    unlinksCustomer: false,
  };
  return { ...write(intent, 'update', []), note };
}

function write(intent: DeleteIntent | RevertIntent, operation: 'delete' | 'update', conflicts: readonly string[]) {
  const delivery = { key: intent.key, operation, payload: unflatten(intent.externalId, {}), intent };
  return { kind: 'write', delivery, conflicts } as const;
}

function conflict(message: string): Answer {
  return { kind: 'conflict', message };
}
