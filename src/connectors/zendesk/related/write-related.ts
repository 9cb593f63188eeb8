import type { CallContext } from '../../../core/domain/context.ts';
import type { RecordError } from '../../../core/domain/errors.ts';
import type { Json } from '../../../core/domain/json.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import type { BulkReply } from '../api/calls.ts';
import type { RefusalWords } from '../api/http.ts';
import { bulkWrite } from '../jobs/bulk-write.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { redactDetails } from '../jobs/job-results.ts';
import { saysTaken } from '../write/resolve-rejections.ts';
import type { WriteDependencies } from '../write/write-dependencies.ts';
import { addIdentity } from './add-identity.ts';
import { identityTypes } from './identity-types.ts';
import { organizationsOf } from './organization.ts';
import {
  type Refusal,
  type RelatedChange,
  type RelatedKind,
  type RelatedRefusals,
  type RelatedResources,
  textsOf,
} from './related.ts';

export interface RelatedRow {
  readonly userId: string;
  readonly related: RelatedResources;
  /** Organizations that the user was made with, by external id. */
  readonly joined?: readonly string[];
}

type Join = { readonly user_id: number; readonly organization_id: number };

/** Writes the related resources of users that exist: memberships in one job for all rows, then each user's own addresses. */
export async function writeRelated(
  dependencies: WriteDependencies,
  rows: readonly RelatedRow[],
  context: CallContext,
): Promise<readonly RelatedRefusals[]> {
  if (rows.length === 0) return [];
  const organizations = await writeMemberships(dependencies, rows, context);
  return await inParallel(rows, async (row): Promise<RelatedRefusals> => {
    const refusal = organizations.get(row.userId);
    return { ...(refusal && { organizations: refusal }), ...(await writeIdentities(dependencies, row, context)) };
  });
}

async function writeMemberships(dependencies: WriteDependencies, rows: readonly RelatedRow[], context: CallContext) {
  const { api, organizations } = dependencies;
  const changed = rows.filter(({ related }) => related.organizations);
  const isSingle = changed.length > 0 && !(await dependencies.multipleOrganizations(context.signal));
  /** Where a user can be in one only, it is the first. */
  const namedIn = (values: readonly Json[]) =>
    isSingle ? organizationsOf(values).slice(0, 1) : organizationsOf(values);
  const refusals = new Map<string, Refusal | 'behind'>();
  const named = changed.map((row) => ({
    ...row,
    to: namedIn(row.related.organizations?.to ?? []),
    from: namedIn(row.related.organizations?.from ?? []),
  }));
  // The new ones first: where an organization is both left by one and meant by another, it is as the latter says.
  const all = [...named.flatMap(({ to }) => to), ...named.flatMap(({ from }) => from)];
  const ensured = await organizations.ensure(all, context);
  const idOf = (externalId: string): number | undefined => {
    const found = ensured.get(externalId);
    return found?.kind === 'there' ? found.id : undefined;
  };
  const joins: Join[] = [];
  for (const { userId, to, from, joined = [] } of named) {
    const before = new Set([...from.map(({ external_id: id }) => id), ...joined]);
    for (const { external_id: id } of to) {
      const organization = ensured.get(id);
      if (organization?.kind === 'refused')
        refusals.set(userId, { code: 'organization-refused', message: organization.message });
      if (organization?.kind === 'there' && !before.has(id))
        joins.push({ user_id: Number(userId), organization_id: organization.id });
    }
  }
  for (const userId of await join(
    dependencies,
    joins,
    isSingle ? moving(dependencies, context) : joining(dependencies, context),
    context,
  ))
    refusals.set(userId, { code: 'organization-refused', message: 'Zendesk refused to make the user a member.' });
  await inParallel(named, async (row) => {
    const refuse = ({ message }: RecordError): void => {
      refusals.set(row.userId, { code: 'organization-refused', message });
    };
    await unlessRefused(() => leaveAndRank(row), refuse);
  });
  for (const { userId, to } of named) {
    const isBehind = to.some(({ external_id: id }) => {
      const organization = ensured.get(id);
      return organization?.kind === 'there' && organization.isBehind;
    });
    if (isBehind && !refusals.has(userId)) refusals.set(userId, 'behind');
  }
  return refusals;

  async function leaveAndRank({ userId, to, from, joined = [] }: (typeof named)[number]): Promise<void> {
    // Whoever could not be made a member of the new one stays in the old one, and in the only one there may be.
    if (refusals.has(userId) || (isSingle && to.length > 0)) return;
    const left = from.filter(({ external_id: id }) => !to.some((one) => one.external_id === id));
    for (const { external_id: id } of left) {
      const organizationId = idOf(id);
      if (organizationId !== undefined) await api.leaveOrganization(userId, organizationId, context.signal);
    }
    const [first] = to;
    const isDefault =
      first === undefined || joined[0] === first.external_id || from[0]?.external_id === first.external_id;
    const firstId = first && idOf(first.external_id);
    if (!isDefault && firstId !== undefined) await api.makeDefaultOrganization(userId, firstId, context.signal);
  }
}

/** How users come into organizations: a hundred of them at once, or one. */
interface Way {
  send(part: readonly Join[]): Promise<BulkReply>;
  one(join: Join): Promise<unknown>;
}

function joining({ api }: WriteDependencies, { signal }: CallContext): Way {
  return {
    send: (part) => api.createMemberships(part, signal),
    one: (join) => api.joinOrganization(String(join.user_id), join.organization_id, signal),
  };
}

/** Where a user can be in one organization only, a further membership is refused, and a write of the field moves the user. */
function moving({ api }: WriteDependencies, { signal }: CallContext): Way {
  return {
    send: (part) =>
      api.updateMany(
        part.map(({ user_id: id, ...field }) => ({ id, ...field })),
        signal,
      ),
    one: ({ user_id: id, ...field }) => api.updateUser(String(id), field, signal),
  };
}

/** Returns the users whose membership could not be had. One who is a member already is what was meant. */
async function join(
  dependencies: WriteDependencies,
  joins: readonly Join[],
  { send, one }: Way,
  context: CallContext,
): Promise<readonly string[]> {
  const { api } = dependencies;
  const results = await bulkWrite(dependencies, { rows: joins, nameOf: () => ({}), send }, context);
  const unclear = joins.filter((_, position) => results[position]?.kind !== 'ok');
  const failed = await inParallel(unclear, async (row) => {
    const userId = String(row.user_id);
    const isMember = async (): Promise<boolean> =>
      (await api.membershipsOf(userId, context.signal)).some((one) => one.organization_id === row.organization_id);
    const joinAlone = async (): Promise<readonly string[]> => {
      if (await isMember()) return [];
      await one(row);
      return (await isMember()) ? [] : [userId];
    };
    return await unlessRefused(joinAlone, () => [userId]);
  });
  return failed.flat();
}

async function writeIdentities(
  dependencies: WriteDependencies,
  { userId, related }: RelatedRow,
  context: CallContext,
): Promise<RelatedRefusals> {
  const { api } = dependencies;
  const { signal } = context;
  const refusals: Partial<Record<RelatedKind, { readonly code: string; readonly message: string }>> = {};
  for (const name of ['emails', 'phones'] as const) {
    const change = related[name];
    const refuse = ({ message }: RecordError): void => {
      refusals[name] = { code: 'refused', message };
    };
    if (change) await unlessRefused(() => writeKind(name, change), refuse);
  }
  return refusals;

  async function writeKind(name: 'emails' | 'phones', change: RelatedChange): Promise<void> {
    const type = identityTypes[name];
    const [to, from] = [textsOf(change.to), textsOf(change.from)];
    const gone = from.filter((value) => !to.includes(value));
    const come = to.filter((value) => !from.includes(value));
    const own = await api.identities(userId, signal);
    const has = (value: string) => own.find((one) => one.type === type && one.value.toLowerCase() === value);
    for (const value of gone) {
      const identity = has(value);
      // One that has become the primary address is not ours to take away.
      if (!identity || identity.primary === true) continue;
      const isDeleted = await api.deleteIdentity(userId, identity.id, signal);
      if (!isDeleted) refusals[name] = { code: 'refused', message: deletionRefused(name) };
    }
    for (const value of come) {
      if (has(value)) continue;
      const added = await addIdentity(dependencies, userId, { type, value, skipVerifyEmail: true }, context);
      if (!added.own) refusals[name] = refusalOfIdentity(name, value, added.refusal);
    }
  }
}

function deletionRefused(name: keyof typeof identityTexts): string {
  const what = name === 'emails' ? 'e-mail address' : 'phone number';
  return `Zendesk does not let a former further ${what} of the user go. Everything else was written.`;
}

const identityTexts = { emails: 'A further e-mail address', phones: 'A further phone number' } as const;

/** Only where Zendesk says that another user has it: it refuses values for reasons of its own as well. */
function refusalOfIdentity(name: keyof typeof identityTexts, value: string, refusal: RefusalWords) {
  const what = identityTexts[name];
  if (saysTaken(refusal))
    return {
      code: 'identity-taken',
      message: `${what} is in use by another Zendesk user. Everything else was written.`,
    };
  const words = `${refusal.error}: ${redactDetails(refusal.details, { value })}`;
  return { code: 'refused', message: `${what} was refused by Zendesk: ${words}. Everything else was written.` };
}
