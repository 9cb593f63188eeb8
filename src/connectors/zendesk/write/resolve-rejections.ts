import type { CallContext } from '../../../core/domain/context.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import type { ZendeskApi } from '../api/api.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import type { RefusalWords } from '../api/http.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { redactDetails } from '../jobs/job-results.ts';
import { createdAt, toDirectoryUser } from '../match/directory.ts';
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

/** English texts of refusals that have nothing to do with another user. Any other text is looked into. */
const validationErrorPattern =
  /too short|too long|not properly formatted|is invalid|can(?:no|')t be blank|is not included/i;

/**
 * Why did Zendesk refuse to create these? The text does not say in a way that can be trusted (it is localised): so each is
 * looked up by external id, then by address, also among secondary addresses. What is found ends like any match, or as made by
 * this request where it was made since (Zendesk's time): results may be in another order.
 */
export async function diagnoseRejections(
  dependencies: WriteDependencies,
  refusals: readonly Refusal[],
  { since, context }: { readonly since: number; readonly context: CallContext },
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
      // Made since our request, it is ours: the refusal was another row's.
      if (createdAt(known) < since) return { kind: 'redecide', users: [entry] };
      const seen = { writtenAt: entry.updatedAt, ...(entry.fields && { stored: entry.fields }) };
      return created(refusal.intent, entry.id, seen);
    }
    const email = refusal.intent.mapped.email;
    const holder = typeof email === 'string' ? await findUserByEmail(dependencies, email, context) : undefined;
    if (!holder) return unresolved(refusal);
    if (holder.user.email === email) return { kind: 'redecide', users: [holder.user] };
    return adoptBySecondaryEmail(dependencies, refusal.intent, holder.user);
  });
}

/** What it takes to find out who has an address. */
export interface HolderLook {
  readonly api: Pick<ZendeskApi, 'searchByEmail' | 'showMany' | 'identities'>;
  readonly fields: readonly string[];
}

/** The user that has this address, as primary or secondary one. Search finds text anywhere, so each hit is looked at. */
export async function findUserByEmail(
  { api, fields }: HolderLook,
  email: string,
  { signal }: CallContext,
): Promise<{ readonly user: DirectoryUser } | undefined> {
  const hits = await api.searchByEmail(email, signal);
  if (hits.length === 0) return undefined;
  // Search is minutes late: it shows users who are deleted by now, and addresses that have moved on.
  for (const user of await api.showMany({ ids: hits.map(({ id }) => String(id)) }, signal)) {
    if (user.active === false) continue;
    if (user.email?.toLowerCase() === email) return { user: toDirectoryUser(user, fields) };
    // Whom we may not look at is nobody's answer.
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
 * A user whose secondary address it is stays as it is, except for the fields that are ours: the address counts as sent. From
 * here on the customer is linked, so that what differs is written like any update: with an intent that is recorded first.
 */
function adoptBySecondaryEmail(dependencies: WriteDependencies, intent: CreateIntent, user: DirectoryUser): RowOutcome {
  if (isStaff(user)) return staffOutcome(user, dependencies.policies);
  const { key, externalId, mapped, onlyIfUnchanged } = intent;
  if (hasForeignExternalId(user, externalId) && dependencies.policies.conflict === 'reject') {
    const { code, message, blockedByUserId } = conflict(user, key);
    // Another customer's user may be about to give it up: a change of address that was cut off comes to its end in this run.
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

/** What the external ids of one source have in common. */
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

/** `email-taken` only where the words are about the address: an external id may be taken as well. */
function unresolved({ intent, error, details }: Refusal): RowOutcome {
  const isTaken = saysTaken({ error, details }) && isAboutEmail(details, intent.mapped.email);
  const message = `Zendesk refused the user: ${error}: ${redactDetails(details, intent.mapped)}`;
  return { kind: 'unknown-cause', code: isTaken ? 'email-taken' : 'refused', message };
}

/** In English, or by the code that stands next to the words in any language. */
export function saysTaken({ error, details }: RefusalWords): boolean {
  return /already|taken|duplicate|in use|being used/i.test(`${error} ${details}`);
}

function isAboutEmail(details: string, email: Json | undefined): boolean {
  if (typeof email !== 'string') return false;
  return /e-?mail/i.test(details) || details.toLowerCase().includes(email);
}
