import { defined } from '../../../core/defined.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { Result } from '../../../core/domain/result.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { UserRow } from '../api/api-schemas.ts';
import { equalsRemote, flattenUser, jsonEquals, textList } from '../fields/fields.ts';
import { isSame } from '../match/notation.ts';
import { isRelated, listOf } from '../related/related.ts';
import { keep, type RevertIntent } from '../write/intents.ts';

/** A write of an earlier run, next to its user and its link as they are now. */
export interface PastWriteState {
  readonly result: Result;
  readonly user: UserRow;
  readonly entry: DirectoryUser;
  readonly link: Link | undefined;
  /** The address is as before, but the one that the run added is still there, too. */
  readonly oldEmailStillPresent: boolean;
}

interface RevertDraft {
  readonly set: Record<string, Json>;
  readonly related: Record<string, { from: Json[]; to: Json[] }>;
  readonly conflicts: string[];
  address: RevertIntent['address'];
  tags: RevertIntent['tags'];
}

/**
 * The old values of the fields that nobody has changed since; the other fields are conflicts and stay. `releaseEmail`:
 * the user that has this one's old address waits for the address that this one has now, so this one releases it first.
 */
export function restore(
  past: PastWriteState,
  { releaseEmail }: { readonly releaseEmail: boolean },
): { readonly intent?: RevertIntent; readonly conflicts: readonly string[] } {
  const shown = flattenUser(past.user);
  const back: RevertDraft = { set: {}, related: {}, conflicts: [], address: keep, tags: { add: [], remove: [] } };
  for (const [name, [before, after]] of Object.entries(past.result.changes ?? {})) {
    if (isRelated(name)) revertRelated(back, past, { name, before, after });
    else if (name === 'tags') back.tags = revertTags(before, after, shown.tags);
    else if (name === 'email') revertEmail(back, past, { before, after, shown, releaseEmail });
    else if (equalsRemote(name, before, shown[name])) continue;
    else if (!isOurs(name, after, shown, past)) back.conflicts.push(name);
    else back.set[name] = before;
  }
  const { conflicts } = back;
  const isEmpty = writtenNames(back).length === 0 && back.address.kind === 'keep';
  return isEmpty ? { conflicts } : { intent: intentOf(past, back, { shown, releaseEmail }), conflicts };
}

/** Without the address, if that is only released. */
function writtenNames({ set, related, tags, address }: RevertDraft): readonly string[] {
  const hasTags = tags.add.length + tags.remove.length > 0;
  return [
    ...Object.keys(set),
    ...(address.kind === 'move' ? ['email'] : []),
    ...(hasTags ? ['tags'] : []),
    ...Object.keys(related),
  ];
}

/**
 * Zendesk does not return it with the user, so only a later run of ours can show that it was changed. An interrupted
 * change may have been written although it does not count as sent.
 */
function revertRelated(
  back: RevertDraft,
  { link }: PastWriteState,
  { name, before, after }: { readonly name: string; readonly before: Json; readonly after: Json },
): void {
  const sent = listOf(link?.sent[name]);
  const isLast = jsonEquals(sent, listOf(after)) || jsonEquals(sent, listOf(before));
  if (isLast) back.related[name] = { from: [...listOf(after)], to: [...listOf(before)] };
  else back.conflicts.push(name);
}

function isAdopted({ code }: Result): boolean {
  return code === 'adopt' || code === 'takeover';
}

/**
 * If there was no address before, or the old one is not available yet, the address that the run added is removed. It is
 * also possible that the old one is primary again and the added one is still there: a change or an undo was
 * interrupted.
 */
function revertEmail(
  back: RevertDraft,
  past: PastWriteState,
  { before, after, shown, releaseEmail }: { before: Json; after: Json; shown: Fields; releaseEmail: boolean },
): void {
  const isBack = equalsRemote('email', before, shown.email);
  const isGiven = isBack ? past.oldEmailStillPresent : shown.email === after;
  const given = typeof after === 'string' && isGiven ? after : undefined;
  if (isBack) {
    if (typeof before === 'string' && given !== undefined) back.address = { kind: 'move', to: before, from: given };
    return;
  }
  if (!isOurs('email', after, shown, past)) back.conflicts.push('email');
  else if (given !== undefined && (releaseEmail || typeof before !== 'string'))
    back.address = { kind: 'release', address: given };
  else if (typeof before === 'string') back.address = { kind: 'move', to: before, ...defined({ from: given }) };
}

function intentOf(
  past: PastWriteState,
  back: RevertDraft,
  { shown, releaseEmail }: { readonly shown: Fields; readonly releaseEmail: boolean },
): RevertIntent {
  const { result, entry, link } = past;
  const { set, address, tags, related } = back;
  const names = writtenNames(back);
  const sent = revertLastSent(past, names);
  // A deactivation is over when it is reverted itself, not when something else is.
  const deactivated = result.code === 'deactivate' ? undefined : link?.deactivated;
  // What is released for now needs its link: that is how the next look knows that the address is still to come.
  const isReleasedForNow = releaseEmail && address.kind === 'release';
  return {
    kind: 'revert',
    key: result.key,
    id: entry.id,
    externalId: link?.externalId ?? entry.externalId ?? '',
    origin: link?.origin ?? 'matched',
    set,
    tags,
    related,
    address,
    sent: address.kind === 'release' ? withoutEmail(sent) : sent,
    before: Object.fromEntries(names.filter((name) => !isRelated(name)).map((name) => [name, shown[name] ?? null])),
    unlinksCustomer: (isAdopted(result) || !link) && !isReleasedForNow,
    user: entry,
    ...defined({ deactivated }),
  };
}

/**
 * What counts as sent after this write: what had been sent before the run. A field that had never been sent was not
 * ours, so it is not included: otherwise a later sync would clear it because it is no longer mapped.
 */
function revertLastSent({ result, link }: PastWriteState, names: readonly string[]): Fields {
  const sent: Record<string, Json> = { ...link?.sent };
  for (const name of names) {
    if (name === 'tags') continue;
    delete sent[name];
    const before = result.previousLastSent?.[name];
    if (before !== undefined) sent[name] = before;
  }
  if (!names.includes('tags')) return sent;
  const { tags: now, ...others } = sent;
  const [before, after] = (result.changes?.tags ?? []).map(textList);
  const kept = textList(now).filter((tag) => !after?.includes(tag) || before?.includes(tag));
  const came = before?.filter((tag) => !after?.includes(tag)) ?? [];
  const tags = [...new Set([...kept, ...came])].sort();
  return tags.length > 0 ? { ...others, tags } : others;
}

function withoutEmail({ email: _, ...sent }: Fields): Fields {
  return sent;
}

/**
 * Whether the value is still the one that we sent, or Zendesk's form of it. The time of the user's last change does not
 * help: it has whole seconds, and somebody may have been as fast as we were. A later write of ours counts as somebody's
 * change, too.
 */
function isOurs(name: string, after: Json, shown: Fields, { link }: PastWriteState): boolean {
  // We have let the address go ourselves, so that another user could have it back: this one's is still to come.
  if (name === 'email' && link && link.origin !== 'linked' && !('email' in link.sent)) return true;
  if (isSame(name, after, shown[name])) return true;
  if (link && !jsonEquals(link.sent[name] ?? null, after)) return false;
  const stored = link?.stored;
  return stored !== undefined && name in stored && jsonEquals(stored[name], shown[name]);
}

/** Tags that we added are removed, tags that we removed come back; other tags stay. */
function revertTags(before: Json, after: Json, shown: Json | undefined): RevertIntent['tags'] {
  const [was, made, now] = [textList(before), textList(after), textList(shown)];
  const add = was.filter((tag) => !made.includes(tag) && !now.includes(tag));
  const remove = made.filter((tag) => !was.includes(tag) && now.includes(tag));
  return { add, remove };
}
