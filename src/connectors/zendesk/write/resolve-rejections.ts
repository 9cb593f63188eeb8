import { defined } from '../../../core/defined.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import type { ZendeskApi } from '../api/api.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import type { RefusalWords } from '../api/http.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { redactDetails } from '../jobs/job-results.ts';
import { toDirectoryUser } from '../match/directory.ts';
import { conflict, hasForeignExternalId } from '../match/match.ts';
import { isStaff, staffOutcome } from '../match/staff.ts';
import type { CreateIntent } from './intents.ts';
import { created } from './outcomes.ts';
import type { WriteDependencies } from './write-dependencies.ts';

export interface Refusal {
  readonly intent: CreateIntent;
  readonly error: string;
  /** Free text in the language of the calling user. */
  readonly details: string;
}

/** English texts of refusals that do not concern another user. For any other text, we look for such a user. */
const validationErrorPattern =
  /too short|too long|not properly formatted|is invalid|can(?:no|')t be blank|is not included/i;

/**
 * Finds out why Zendesk refused to create these users. Its text is localized and cannot be trusted, so each user is
 * looked up by external id, then by address, including secondary addresses. A user that is found is matched as usual;
 * if this job says that it created it, it is ours, because results may be in another order.
 *
 * This is where a create ends as `email-taken`: Zendesk says that the address is taken, and no user with it can be
 * found. (If one is found, match.ts decides.)
 */
export async function diagnoseRejections(
  dependencies: WriteDependencies,
  refusals: readonly Refusal[],
  { createdIds, context }: { readonly createdIds: ReadonlySet<string>; readonly context: CallContext },
): Promise<readonly RowOutcome[]> {
  const { api, fields } = dependencies;
  const unclear = refusals.filter(({ details }) => !validationErrorPattern.test(details));
  const users =
    unclear.length === 0
      ? []
      : await api.showMany({ externalIds: unclear.map(({ intent }) => intent.externalId) }, context.signal);
  const byExternalId = new Map(users.map((user) => [user.external_id?.toLowerCase(), user]));
  return await inParallel(refusals, async (refusal): Promise<RowOutcome> => {
    if (!unclear.includes(refusal)) return refused(refusal);
    const known = byExternalId.get(refusal.intent.externalId);
    if (known) {
      const entry = toDirectoryUser(known, fields);
      // One that this job created is ours: the refusal was for another row.
      if (!createdIds.has(entry.id)) return { kind: 'redecide', users: [entry] };
      const seen = { writtenAt: entry.updatedAt, ...defined({ stored: entry.fields }) };
      return created(refusal.intent, entry.id, seen);
    }
    const email = refusal.intent.mapped.email;
    const holder = typeof email === 'string' ? await findUserByEmail(dependencies, email, context) : undefined;
    if (!holder) return unresolved(refusal);
    if (holder.user.email === email) return { kind: 'redecide', users: [holder.user] };
    return adoptBySecondaryEmail(dependencies, refusal.intent, holder.user);
  });
}

/** What `findUserByEmail` needs. */
export interface HolderLook {
  readonly api: Pick<ZendeskApi, 'searchByEmail' | 'showMany' | 'identities'>;
  readonly fields: readonly string[];
}

/**
 * Finds the user that has this address, as its primary or a secondary one. Search matches text anywhere, so each hit is
 * checked.
 */
export async function findUserByEmail(
  { api, fields }: HolderLook,
  email: string,
  { signal }: CallContext,
): Promise<{ readonly user: DirectoryUser } | undefined> {
  const hits = await api.searchByEmail(email, signal);
  if (hits.length === 0) return undefined;
  // Search is minutes late: it may show users that are deleted, and addresses that have moved.
  for (const user of await api.showMany({ ids: hits.map(({ id }) => String(id)) }, signal)) {
    if (user.active === false) continue;
    if (user.email?.toLowerCase() === email) return { user: toDirectoryUser(user, fields) };
    // A user that we may not read counts as not having the address.
    const identities = await unlessRefused(
      () => api.identities(String(user.id), signal),
      () => [],
    );
    if (identities.some(({ type, value }) => type === 'email' && value.toLowerCase() === email))
      return { user: toDirectoryUser(user, fields) };
  }
  return undefined;
}

/**
 * Links the customer to the user that has its address as a secondary one. The user keeps its addresses, and the
 * customer's counts as sent. What else differs is then written like any update, with an intent that is stored first.
 */
function adoptBySecondaryEmail(dependencies: WriteDependencies, intent: CreateIntent, user: DirectoryUser): RowOutcome {
  if (isStaff(user)) return staffOutcome(user, dependencies.policies);
  const { key, externalId, mapped, onlyIfUnchanged } = intent;
  if (hasForeignExternalId(user, externalId) && dependencies.policies.conflict === 'reject') {
    const { code, message, blockedByUserId } = conflict(user, key);
    // Another customer's user may still release it: an interrupted change of address is completed in this run.
    const kind = externalIdPrefix(user.externalId) === externalIdPrefix(externalId) ? 'unknown-cause' : 'refused';
    return { kind, code, message, user, blockedByUserId };
  }
  if (onlyIfUnchanged) return { kind: 'skipped', user, reason: 'drifted', message: driftedText(user.id) };
  const sent = mapped.email === undefined ? {} : { email: mapped.email };
  return {
    kind: 'redecide',
    users: [user],
    link: { key, externalId, destinationId: user.id, origin: 'adopted', sent, writtenAt: 0 },
  };
}

/** The part of the external id that all customers of one source share. */
function externalIdPrefix(externalId: string | undefined): string | undefined {
  return externalId?.slice(0, externalId.lastIndexOf(':') + 1);
}

function driftedText(id: string): string {
  return `The plan was to create a user, but Zendesk user ${id} has the address as a secondary one. Nothing was written; the next sync adopts it.`;
}

function refused({ intent, error, details }: Refusal): RowOutcome {
  return {
    kind: 'refused',
    code: 'refused',
    message: `Zendesk refused the user: ${error}: ${redactDetails(details, intent.mapped)}`,
  };
}

/** `email-taken` only if the text is about the address: an external id may be taken, too. */
function unresolved({ intent, error, details }: Refusal): RowOutcome {
  const isTaken = saysTaken({ error, details }) && isAboutEmail(details, intent.mapped.email);
  const message = `Zendesk refused the user: ${error}: ${redactDetails(details, intent.mapped)}`;
  return { kind: 'unknown-cause', code: isTaken ? 'email-taken' : 'refused', message };
}

/** Recognized by English words, or by the error code that is there in any language. */
export function saysTaken({ error, details }: RefusalWords): boolean {
  return /already|taken|duplicate|in use|being used/i.test(`${error} ${details}`);
}

function isAboutEmail(details: string, email: Json | undefined): boolean {
  if (typeof email !== 'string') return false;
  return /e-?mail/i.test(details) || details.toLowerCase().includes(email);
}
