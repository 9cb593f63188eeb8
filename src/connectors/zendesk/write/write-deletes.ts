import type { CallContext } from '../../../core/domain/context.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome, WriteContext } from '../../../core/domain/write.ts';
import type { RefusalWords } from '../api/http.ts';
import { bulkWrite, type RowAnswer } from '../jobs/bulk-write.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { redactDetails } from '../jobs/job-results.ts';
import { withSlot } from '../jobs/with-slot.ts';
import { toDirectoryUser } from '../match/directory.ts';
import { isStaff, staffOutcome } from '../match/staff.ts';
import { belongsToAnother, redecideWithOwnUsers } from './foreign-users.ts';
import type { DeleteIntent } from './intents.ts';
import { asAnswered, deleted } from './outcomes.ts';
import type { WriteDependencies } from './write-dependencies.ts';

/**
 * Soft-deletes users, after reading them once more: a user that is gone already needs nothing, and one that has become
 * staff stays. After an unknown outcome, only users that are still active are sent again.
 */
export async function writeDeletes(
  dependencies: WriteDependencies,
  intents: readonly DeleteIntent[],
  context: WriteContext,
): Promise<readonly RowOutcome[]> {
  return await withSlot(dependencies, context.sending, (held) => refetchAndDelete(held, intents, context));
}

async function refetchAndDelete(
  dependencies: WriteDependencies,
  intents: readonly DeleteIntent[],
  context: WriteContext,
): Promise<readonly RowOutcome[]> {
  const { api, fields, policies } = dependencies;
  const users = new Map(
    (await api.showMany({ ids: intents.map(({ id }) => id) }, context.signal)).map((user) => [String(user.id), user]),
  );
  const ended = new Map<DeleteIntent, RowOutcome>();
  const strangers: { intent: DeleteIntent; user: DirectoryUser }[] = [];
  for (const intent of intents) {
    const row = users.get(intent.id);
    const user = row && toDirectoryUser(row, fields);
    if (!user?.active) ended.set(intent, deleted(intent, api.serverNow()));
    else if (isStaff(user)) ended.set(intent, staffOutcome(user, policies));
    else if (belongsToAnother(intent, user)) strangers.push({ intent, user });
  }
  const instead = await redecideWithOwnUsers(dependencies, strangers, context);
  for (const [position, { intent }] of strangers.entries())
    ended.set(intent, instead[position] ?? { kind: 'not-written' });
  const toDelete = intents.filter((intent) => !ended.has(intent));
  const outcomes = toDelete.length > 0 ? await deleteActive(dependencies, toDelete, context) : [];
  return intents.map((intent) => ended.get(intent) ?? outcomes[toDelete.indexOf(intent)] ?? { kind: 'not-written' });
}

async function deleteActive(
  dependencies: WriteDependencies,
  intents: readonly DeleteIntent[],
  context: WriteContext,
): Promise<readonly RowOutcome[]> {
  const { api, bulk } = dependencies;
  const rows = await bulkWrite(
    dependencies,
    {
      rows: intents,
      nameOf: ({ id }) => ({ id }),
      send: (part) =>
        api.destroyMany(
          part.map(({ id }) => id),
          context.signal,
        ),
      jobStarted: context.jobStarted,
      sending: context.sending,
    },
    context,
  );
  const of = (...kinds: readonly RowAnswer['kind'][]) =>
    intents.filter((_, position) => kinds.includes(rows[position]?.kind ?? 'unknown'));
  const single = of('forbidden');
  if (single.length > 0) bulk.refused();
  const unclear = of('error', 'unknown');
  const outcomes = [
    ...(single.length > 0 ? await deleteOneByOne(dependencies, single, context) : []),
    ...(unclear.length > 0 ? await findDeleted(dependencies, unclear, context) : []),
  ];
  const found = new Map([...single, ...unclear].map((intent, position) => [intent, outcomes[position]]));
  return intents.map((intent, position): RowOutcome => {
    const row = rows[position];
    if (row?.kind === 'ok') return deleted(intent, api.serverNow());
    const outcome = found.get(intent) ?? { kind: 'not-written' };
    if (row?.kind === 'error' && outcome.kind !== 'written') return refusedDelete(intent, row);
    return row?.kind === 'unknown' && row.isAnswered ? asAnswered(outcome) : outcome;
  });
}

const missing: RefusalWords = { error: 'RecordNotFound', details: 'Zendesk shows the user, and does not find it' };

function refusedDelete({ id }: DeleteIntent, { error, details }: RefusalWords): RowOutcome {
  const words = [error, redactDetails(details, {})].filter((text) => text !== '').join(': ');
  return {
    kind: 'refused',
    code: 'refused',
    message: `Zendesk refused to delete user ${id}: ${words}`,
    blockedByUserId: id,
  };
}

export async function findDeleted(
  { api }: Pick<WriteDependencies, 'api'>,
  intents: readonly DeleteIntent[],
  { signal }: CallContext,
): Promise<readonly RowOutcome[]> {
  const users = await api.showMany({ ids: intents.map(({ id }) => id) }, signal);
  const active = new Set(users.filter((user) => user.active !== false).map(({ id }) => String(id)));
  return intents.map((intent) => (active.has(intent.id) ? { kind: 'not-written' } : deleted(intent, api.serverNow())));
}

async function deleteOneByOne(
  dependencies: WriteDependencies,
  intents: readonly DeleteIntent[],
  context: CallContext,
): Promise<readonly RowOutcome[]> {
  const { api, onFailpoint } = dependencies;
  return await inParallel(intents, async (intent): Promise<RowOutcome> => {
    const reply = await api.deleteUser(intent.id, context.signal);
    onFailpoint('request-sent');
    if (reply.kind === 'refused') return refusedDelete(intent, reply);
    if (reply.kind !== 'missing') return deleted(intent, api.serverNow());
    // Who is gone needs nothing, but a user who is shown was not deleted.
    const [outcome] = await findDeleted(dependencies, [intent], context);
    return outcome?.kind === 'written' ? outcome : refusedDelete(intent, missing);
  });
}
