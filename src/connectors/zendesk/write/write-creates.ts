import { defined } from '../../../core/defined.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import { ContractError } from '../../../core/domain/errors.ts';
import type { RowOutcome, WriteContext } from '../../../core/domain/write.ts';
import { mergeFieldTags } from '../fields/definitions.ts';
import { textList, toBody } from '../fields/fields.ts';
import { bulkWrite } from '../jobs/bulk-write.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { createdAt, toDirectoryUser } from '../match/directory.ts';
import { diffRelated, omitRelated } from '../related/related.ts';
import { firstOrganizations, type Joined, writeRelatedAfterCreate } from '../related/write-related-after-create.ts';
import type { CreateIntent } from './intents.ts';
import { asAnswered, created } from './outcomes.ts';
import { diagnoseRejections, type Refusal } from './resolve-rejections.ts';
import type { WriteDependencies } from './write-dependencies.ts';

/** Zendesk's clock and ours are compared in whole seconds. */
const clockSlackMs = 2_000;

/**
 * Creates users, each in its first organization, and then their related resources. A user whose further addresses or
 * organizations Zendesk refuses is still created, and reported.
 */
export async function writeCreates(
  dependencies: WriteDependencies,
  intents: readonly CreateIntent[],
  requestedAt: number,
  context: WriteContext,
): Promise<readonly RowOutcome[]> {
  const joined = await firstOrganizations(dependencies, intents, context);
  const made = await createUsers(dependencies, intents, { requestedAt, joined }, context);
  const outcomes = await confirmCreated(dependencies, intents, made, { requestedAt, context });
  return await writeRelatedAfterCreate(dependencies, intents, outcomes, { joined, context });
}

/**
 * If rows of a job have failed, the order of its results says which user belongs to which row, and the results may be
 * in another order. So each user that they call created is checked: it must carry our external id.
 */
async function checkOrder(
  dependencies: WriteDependencies,
  intents: readonly CreateIntent[],
  outcomes: readonly RowOutcome[],
  { requestedAt, context }: { readonly requestedAt: number; readonly context: CallContext },
): Promise<readonly RowOutcome[]> {
  const ids = outcomes.flatMap((outcome) => (outcome.kind === 'written' ? outcome.link.destinationId : []));
  if (ids.length === 0) return outcomes;
  const users = await dependencies.api.showMany({ ids }, context.signal);
  const externalIds = new Map(users.map(({ id, external_id: shown }) => [String(id), shown?.toLowerCase()]));
  const isOther = (outcome: RowOutcome | undefined, { externalId }: CreateIntent): boolean =>
    outcome?.kind === 'written' && externalIds.get(outcome.link.destinationId) !== externalId;
  const others = intents.filter((intent, position) => isOther(outcomes[position], intent));
  if (others.length === 0) return outcomes;
  const found = await findCreated(dependencies, others, requestedAt, context);
  return intents.map((intent, position): RowOutcome => {
    const seen = found[others.indexOf(intent)];
    return seen ? asAnswered(seen) : (outcomes[position] ?? { kind: 'not-written' });
  });
}

/** Reads a new user before anything is added to it: results may be in another order. */
async function confirmCreated(
  dependencies: WriteDependencies,
  intents: readonly CreateIntent[],
  outcomes: readonly RowOutcome[],
  { requestedAt, context }: { readonly requestedAt: number; readonly context: CallContext },
): Promise<readonly RowOutcome[]> {
  const isToComplete = ({ mapped }: CreateIntent): boolean => diffRelated(mapped, { sent: {} }) !== undefined;
  const rows = intents.flatMap((intent, position) => {
    const outcome = outcomes[position];
    return outcome?.kind === 'written' && isToComplete(intent) ? [{ intent, outcome }] : [];
  });
  if (rows.length === 0) return outcomes;
  const confirmed = await findCreated(
    dependencies,
    rows.map(({ intent }) => intent),
    requestedAt,
    context,
  );
  const found = new Map<RowOutcome, RowOutcome | undefined>(
    rows.map(({ outcome }, position) => [outcome, confirmed[position]]),
  );
  return outcomes.map((outcome) => found.get(outcome) ?? outcome);
}

/** How users are created: `joined` is the organization that each is created with. */
interface Creation {
  readonly requestedAt: number;
  readonly joined: Joined;
}

/** `create_many` never updates an existing user: such a row fails, and is looked up and decided again. */
async function createUsers(
  dependencies: WriteDependencies,
  intents: readonly CreateIntent[],
  { requestedAt, joined }: Creation,
  context: WriteContext,
): Promise<readonly RowOutcome[]> {
  const rows = await bulkWrite(
    dependencies,
    {
      rows: intents,
      nameOf: ({ externalId, mapped }) => ({ external_id: externalId, email: mapped.email }),
      send: (part) =>
        dependencies.api.createMany(
          part.map((intent) => createBody(intent, joined, dependencies)),
          context.signal,
        ),
      jobStarted: context.jobStarted,
      // Their organizations may be new: only a user shows that they were made for it.
      sending: joined.size > 0 ? undefined : context.sending,
    },
    context,
  );
  const writtenAt = wholeSecond(requestedAt);
  const outcomes = new Map<CreateIntent, RowOutcome>();
  const unknown: CreateIntent[] = [];
  const answered = new Set<CreateIntent>();
  const refused: Refusal[] = [];
  const single: CreateIntent[] = [];
  intents.forEach((intent, position) => {
    const row = rows[position];
    if (row?.kind === 'ok' && row.id !== undefined) outcomes.set(intent, created(intent, row.id, { writtenAt }));
    else if (row?.kind === 'error') refused.push({ intent, error: row.error, details: row.details });
    else if (row?.kind === 'forbidden') single.push(intent);
    else unknown.push(intent);
    if (row?.kind === 'ok' || (row?.kind === 'unknown' && row.isAnswered)) answered.add(intent);
  });
  if (single.length > 0) dependencies.bulk.refused();
  await collect(outcomes, single, (part) => createOneByOne(dependencies, part, { requestedAt, joined }, context));
  await collect(outcomes, unknown, (part) => findCreated(dependencies, part, requestedAt, context));
  for (const [intent, outcome] of outcomes) if (answered.has(intent)) outcomes.set(intent, asAnswered(outcome));
  await collect(
    outcomes,
    refused.map(({ intent }) => intent),
    () => diagnoseRejections(dependencies, refused, { createdIds: idsOf(outcomes.values()), context }),
  );
  const all = intents.map((intent): RowOutcome => outcomes.get(intent) ?? { kind: 'not-written' });
  return refused.length === 0 ? all : await checkOrder(dependencies, intents, all, { requestedAt, context });
}

/**
 * Which of these users exist now? A user created at or after our request is ours. An older one existed before, and is
 * decided like any match. The others are certainly missing.
 */
export async function findCreated(
  { api, fields }: Pick<WriteDependencies, 'api' | 'fields'>,
  intents: readonly CreateIntent[],
  requestedAt: number,
  { signal }: CallContext,
): Promise<readonly RowOutcome[]> {
  const since = sinceOf(requestedAt);
  const users = await api.createdSince({ externalIds: intents.map(({ externalId }) => externalId), since }, signal);
  const found = new Map(users.map((user) => [user.external_id?.toLowerCase(), user]));
  return intents.map((intent): RowOutcome => {
    const user = found.get(intent.externalId);
    if (!user) return { kind: 'not-written' };
    const entry = toDirectoryUser(user, fields);
    const isOurs = createdAt(user) >= since;
    if (!isOurs) return { kind: 'redecide', users: [entry] };
    return created(intent, entry.id, { writtenAt: entry.updatedAt, ...defined({ stored: entry.fields }) });
  });
}

async function createOneByOne(
  dependencies: WriteDependencies,
  intents: readonly CreateIntent[],
  { requestedAt, joined }: Creation,
  context: WriteContext,
): Promise<readonly RowOutcome[]> {
  return await inParallel(intents, async (intent) => {
    const reply = await dependencies.api.createUser(createBody(intent, joined, dependencies), context.signal);
    dependencies.onFailpoint('request-sent');
    if (reply.kind === 'lost') await dependencies.ambiguousWrites.wait(reply.error, context);
    else dependencies.ambiguousWrites.answered();
    if (reply.kind === 'lost') return await only(findCreated(dependencies, [intent], requestedAt, context));
    if (reply.kind === 'missing') throw new ContractError('Zendesk POST /users: 404.', { code: 'zendesk-shape' });
    if (reply.kind === 'refused') {
      return await only(
        diagnoseRejections(dependencies, [{ intent, error: reply.error, details: reply.details }], {
          createdIds: new Set(),
          context,
        }),
      );
    }
    const entry = toDirectoryUser(reply.user, dependencies.fields);
    return created(intent, entry.id, { writtenAt: entry.updatedAt, ...defined({ stored: entry.fields }) });
  });
}

function createBody(intent: CreateIntent, joined: Joined, { customFields }: Pick<WriteDependencies, 'customFields'>) {
  const { mapped, skipVerifyEmail, verified } = intent;
  const organization = joined.get(intent);
  const tags = mergeFieldTags(textList(mapped.tags), mapped, customFields());
  return {
    ...toBody(omitRelated(mapped)),
    ...('tags' in mapped && { tags }),
    ...(organization && { organization_id: organization.id }),
    skip_verify_email: skipVerifyEmail,
    ...defined({ verified }),
  };
}

async function collect(
  outcomes: Map<CreateIntent, RowOutcome>,
  intents: readonly CreateIntent[],
  find: (intents: readonly CreateIntent[]) => Promise<readonly RowOutcome[]>,
): Promise<void> {
  if (intents.length === 0) return;
  const found = await find(intents);
  intents.forEach((intent, position) => {
    const outcome = found[position];
    if (outcome) outcomes.set(intent, outcome);
  });
}

async function only(outcomes: Promise<readonly RowOutcome[]>): Promise<RowOutcome> {
  return (await outcomes)[0] ?? { kind: 'not-written' };
}

/** Users that a job says it created. */
function idsOf(outcomes: Iterable<RowOutcome>): ReadonlySet<string> {
  return new Set([...outcomes].flatMap((outcome) => (outcome.kind === 'written' ? outcome.link.destinationId : [])));
}

/** A user created at or after this time was created by the request. */
function sinceOf(requestedAt: number): number {
  return wholeSecond(requestedAt) - clockSlackMs;
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
