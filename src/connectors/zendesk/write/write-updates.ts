import { defined } from '../../../core/defined.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { RowOutcome, WriteContext } from '../../../core/domain/write.ts';
import type { UserRow } from '../api/api-schemas.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { mergeFieldTags } from '../fields/definitions.ts';
import { equalsRemote, flattenUser, textList, toBody } from '../fields/fields.ts';
import { bulkWrite, type RowAnswer } from '../jobs/bulk-write.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { redactDetails } from '../jobs/job-results.ts';
import { withSlot } from '../jobs/with-slot.ts';
import { toDirectoryUser } from '../match/directory.ts';
import type { Refusal } from '../related/related.ts';
import { replacePhones } from '../related/replace-phone.ts';
import { writeRelated } from '../related/write-related.ts';
import { type ChangeIntent, type ExistingUserIntent, isChange } from './intents.ts';
import { asAnswered, gone, needsJob, rejectedWith } from './outcomes.ts';
import { type FieldWriteState, refetchBeforeWrite } from './refetch-users.ts';
import { applyTagDiff, hasTags } from './tag-diff.ts';
import { type AddressOutcome, addressRefused, writeAddress } from './write-address.ts';
import type { WriteDependencies } from './write-dependencies.ts';

/**
 * Updates users by id with the fields that differ, in one job for all rows. Then it changes addresses, which only the
 * identities API can do: an `email` in an update would only be added as a secondary address.
 */
export async function writeUpdates(
  dependencies: WriteDependencies,
  intents: readonly ExistingUserIntent[],
  context: WriteContext,
): Promise<readonly RowOutcome[]> {
  const { writtenAt, written } = await withSlot(dependencies, context.sending, async (held) => ({
    writtenAt: Math.floor(dependencies.api.serverNow() / 1000) * 1000,
    written: await refetchAndWrite(held, intents, context),
  }));
  const done = [...written.values()].flatMap((row) =>
    row.kind === 'in-progress' && isChange(row.intent) ? [row.intent] : [],
  );
  const { moved, kept } = await replacePhones(dependencies, done, context);
  const rows = await inParallel(intents, async (intent): Promise<UpdatedRow> => {
    const { key } = intent;
    const row = written.get(key);
    if (!row) return { intent, outcome: { kind: 'not-written' }, refusals: [] };
    if (row.kind === 'ended') return { intent, outcome: row.outcome, refusals: [] };
    // What was read before a number was replaced does not show it.
    const stored = moved.has(key) ? undefined : row.stored;
    const { outcome, refusal } = await unlessRefused<AddressOutcome>(
      () => writeAddress(dependencies, row.intent, { writtenAt, ...defined({ stored }) }, context),
      ({ message }) => ({ outcome: addressRefused(row.intent, writtenAt, message) }),
    );
    return { intent, outcome, refusals: [...(refusal ? [refusal] : []), ...(kept.has(key) ? [phoneStays] : [])] };
  });
  return await writeRelatedAfterUpdate(dependencies, rows, context);
}

/** A row whose fields and address are done. `refusals`: what Zendesk would not do of them. */
interface UpdatedRow {
  readonly intent: ExistingUserIntent;
  readonly outcome: RowOutcome;
  readonly refusals: readonly Refusal[];
}

/** The fields of each user by its key, after a look just before the job. */
async function refetchAndWrite(
  dependencies: WriteDependencies,
  intents: readonly ExistingUserIntent[],
  context: WriteContext,
): Promise<ReadonlyMap<string, FieldWriteState>> {
  const ready = await refetchBeforeWrite(dependencies, intents, context);
  const toWrite = ready.flatMap((row) =>
    row.kind === 'in-progress' && isChange(row.intent) && needsJob(row.intent) ? [row.intent] : [],
  );
  const written = new Map<string, FieldWriteState>();
  intents.forEach((intent, position) => {
    const row = ready[position];
    if (row) written.set(intent.key, row);
  });
  if (toWrite.length === 0) return written;
  const results = await writeFields(dependencies, toWrite, context);
  toWrite.forEach((intent, position) => {
    const result = results[position];
    if (result) written.set(intent.key, result);
  });
  return written;
}

/** Writes the related resources of users whose fields are as expected. */
async function writeRelatedAfterUpdate(
  dependencies: WriteDependencies,
  rows: readonly UpdatedRow[],
  context: CallContext,
): Promise<readonly RowOutcome[]> {
  const withRelated = rows.flatMap(({ intent, outcome }) => {
    const hasRelated = isChange(intent) && Object.keys(intent.related).length > 0;
    return hasRelated && outcome.kind === 'written' ? [{ intent, userId: intent.id, related: intent.related }] : [];
  });
  const answers = await writeRelated(dependencies, withRelated, context);
  const refusedOf = new Map(withRelated.map(({ intent }, position) => [intent.key, answers[position] ?? {}]));
  return rows.map(({ intent, outcome, refusals }) => {
    if (outcome.kind !== 'written') return outcome;
    const refused = refusedOf.get(intent.key) ?? {};
    const isHad = ([name]: readonly [string, unknown]): boolean => !(name in refused);
    const former = Object.entries(isChange(intent) ? intent.related : {}).map(
      ([name, { from }]) => [name, from] as const,
    );
    const sent = Object.fromEntries([
      ...Object.entries(outcome.link.sent).filter(isHad),
      ...former.filter((entry) => !isHad(entry)),
    ]);
    const refusedKinds = Object.entries(refused).flatMap(([name, refusal]) => (refusal === 'behind' ? [] : [name]));
    const changes = Object.fromEntries(
      Object.entries(outcome.changes ?? {}).filter(([name]) => !refusedKinds.includes(name)),
    );
    const all = [...refusals, ...Object.values(refused)];
    return rejectedWith({ ...outcome, link: { ...outcome.link, sent } }, all, changes);
  });
}

async function writeFields(
  dependencies: WriteDependencies,
  intents: readonly ChangeIntent[],
  context: WriteContext,
): Promise<readonly FieldWriteState[]> {
  const rows = await bulkWrite(
    dependencies,
    {
      rows: intents,
      nameOf: ({ id }) => ({ id }),
      send: (part) =>
        dependencies.api.updateMany(
          part.map((intent) => updateBody(intent, dependencies)),
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
  if (single.length > 0) dependencies.bulk.refused();
  // An error may mean that the user is gone: the same look answers for refused rows and for those without a result.
  const unclear = of('error', 'unknown');
  const looked = [
    ...(single.length > 0 ? await updateOneByOne(dependencies, single, context) : []),
    ...(unclear.length > 0 ? await findUpdated(dependencies, unclear, context) : []),
  ];
  const found = new Map([...single, ...unclear].map((intent, position) => [intent, looked[position]]));
  return intents.map((intent, position): FieldWriteState => {
    const row = rows[position];
    if (row?.kind === 'ok') return { kind: 'in-progress', intent };
    const seen = found.get(intent) ?? { kind: 'ended', outcome: { kind: 'not-written' } };
    if (row?.kind === 'error' && !isGone(seen))
      return { kind: 'ended', outcome: refused(intent, row.error, row.details) };
    if (row?.kind !== 'unknown' || !row.isAnswered || seen.kind === 'in-progress') return seen;
    return { kind: 'ended', outcome: asAnswered(seen.outcome) };
  });
}

function isGone(seen: FieldWriteState): boolean {
  return seen.kind === 'ended' && seen.outcome.kind === 'redecide' && seen.outcome.users.some(({ active }) => !active);
}

/**
 * Compares Zendesk's users with what was expected, field by field. A user that does not match yet is decided and sent
 * again.
 */
export async function findUpdated(
  { api, fields }: Pick<WriteDependencies, 'api' | 'fields'>,
  intents: readonly ExistingUserIntent[],
  { signal }: CallContext,
): Promise<readonly FieldWriteState[]> {
  const users = new Map(
    (await api.showMany({ ids: intents.map(({ id }) => id) }, signal)).map((user) => [String(user.id), user]),
  );
  return intents.map((intent): FieldWriteState => {
    const user = users.get(intent.id);
    if (!user || user.active === false) return { kind: 'ended', outcome: gone(intent) };
    const entry = toDirectoryUser(user, fields);
    if (!matches(intent, user)) return { kind: 'ended', outcome: { kind: 'not-written', users: [entry] } };
    return { kind: 'in-progress', intent: { ...intent, user: entry }, ...defined({ stored: entry.fields }) };
  });
}

function matches(intent: ExistingUserIntent, user: UserRow): boolean {
  if (!isChange(intent)) return true;
  const { set, tags } = intent;
  const shown = flattenUser(user);
  const current = textList(shown.tags);
  const fieldsAre = Object.entries(set).every(([name, value]) => equalsRemote(name, value, shown[name]));
  const tagsAre =
    !('tags' in shown) ||
    (tags.add.every((tag) => current.includes(tag)) && !tags.remove.some((tag) => current.includes(tag)));
  return fieldsAre && tagsAre;
}

async function updateOneByOne(
  dependencies: WriteDependencies,
  intents: readonly ChangeIntent[],
  context: CallContext,
): Promise<readonly FieldWriteState[]> {
  return await inParallel(intents, async (intent): Promise<FieldWriteState> => {
    const { id: _, ...body } = updateBody(intent, dependencies);
    const reply = await dependencies.api.updateUser(intent.id, body, context.signal);
    dependencies.onFailpoint('request-sent');
    if (reply.kind === 'lost') await dependencies.ambiguousWrites.wait(reply.error, context);
    else dependencies.ambiguousWrites.answered();
    if (reply.kind === 'refused') return { kind: 'ended', outcome: refused(intent, reply.error, reply.details) };
    if (reply.kind === 'lost' || reply.kind === 'missing') {
      const [seen] = await findUpdated(dependencies, [intent], context);
      // Who is shown is there: it is the change that Zendesk does not take.
      if (reply.kind === 'missing' && seen && !isGone(seen))
        return {
          kind: 'ended',
          outcome: refused(intent, 'RecordNotFound', 'Zendesk shows the user, and does not find it'),
        };
      return seen ?? { kind: 'ended', outcome: { kind: 'not-written' } };
    }
    const entry = toDirectoryUser(reply.user, dependencies.fields);
    return { kind: 'in-progress', intent, ...defined({ stored: entry.fields }) };
  });
}

const phoneStays: Refusal = {
  code: 'refused',
  message: 'Zendesk does not let the former phone number of the user go. Everything else was written.',
};

function refused(intent: ChangeIntent, error: string, details: string): RowOutcome {
  return {
    kind: 'refused',
    code: 'refused',
    message: `Zendesk refused the change: ${error}: ${redactDetails(details, intent.sent)}`,
    blockedByUserId: intent.id,
  };
}

/** When custom fields are written, their tags must match the new values. */
function updateBody(
  intent: ChangeIntent,
  { customFields }: Pick<WriteDependencies, 'customFields'>,
): { readonly id: number; readonly [field: string]: Json } {
  const { id, set, tags, before } = intent;
  const tagged = hasTags(intent) && { tags: mergeFieldTags(applyTagDiff(before.tags, tags), set, customFields()) };
  return { id: Number(id), ...toBody(set), ...tagged };
}
