import type { Ownership, SinkPolicies } from '../../../core/destination.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import { equalsRemote, isEmpty, jsonEquals, textList } from '../fields/fields.ts';

/** The configured policies, with what this sink adds. */
export interface ZendeskPolicies extends SinkPolicies {
  /** The tag of users whose customer is inactive. It belongs to the policy, no matter who owns the tags of the mapping. */
  readonly inactiveTag: string;
  /** Tags that custom fields put on users: taking one away would empty the field. */
  readonly ownedTags?: ReadonlySet<string>;
}

type LastSent = Pick<Link, 'sent' | 'stored'>;

export function ownershipOf(field: string, { ownership }: Pick<SinkPolicies, 'ownership'>): Ownership {
  return ownership[field] ?? 'always';
}

/**
 * Whether a mapped value must be written to an existing user. `always`: if it differs from what we last sent, or
 * Zendesk's value differs from what it stored then; if we never wrote the field, it is compared with Zendesk's value.
 * `if_empty`: the same, and only if Zendesk's value is empty. `create_only`: never.
 */
export function needsWrite(
  { name, value, way }: { readonly name: string; readonly value: Json; readonly way: Ownership },
  link: LastSent,
  shown: Fields | undefined,
): boolean {
  const wasSent = name in link.sent;
  // Zendesk keeps an id as it is sent, and has shown the user since: what it shows in its place is no form of its own.
  const isCompared = !wasSent || (name === 'external_id' && link.stored !== undefined && shown !== undefined);
  const differs = isCompared
    ? !(shown && equalsRemote(name, value, shown[name]))
    : differsFromLastWrite(name, value, link, shown);
  switch (way) {
    case 'always':
      return differs;
    case 'if_empty':
      return differs && (shown ? isEmpty(shown[name]) : !wasSent);
    case 'create_only':
      return false;
    default:
      return way satisfies never;
  }
}

/** Whether the user keeps its address, whatever its customer's address is now. */
export function keepsEmail(link: Link, user: DirectoryUser | undefined, policies: SinkPolicies): boolean {
  const way = ownershipOf('email', policies);
  if (way === 'always' || user?.active === false) return false;
  return way === 'create_only' || (user ? user.email !== undefined : 'email' in link.sent);
}

export interface TagDiff {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Ours once that is written. */
  readonly own: readonly string[];
  /** The mapping's tags come in because there were none. */
  readonly fills: boolean;
}

/** We own the tags that are mapped or that we sent before. Other tags stay, no matter who added them. */
export function diffTags(
  mapped: readonly string[],
  link: LastSent,
  shown: Fields | undefined,
  policies: Pick<ZendeskPolicies, 'ownership' | 'inactiveTag' | 'ownedTags'>,
): TagDiff {
  const isPolicyTag = (tag: string): boolean => tag === policies.inactiveTag;
  const sent = textList(link.sent.tags);
  const isKnown = shown?.tags !== undefined && (link.stored !== undefined || !('tags' in link.sent));
  const current = isKnown ? textList(shown.tags) : sent;
  const way = ownershipOf('tags', policies);
  const fills = way === 'if_empty' && current.every(isPolicyTag);
  const isOurs = (tag: string): boolean => way === 'always' || fills || isPolicyTag(tag);
  const own = [...mapped.filter(isOurs), ...sent.filter((tag) => !isOurs(tag))].sort();
  return {
    add: mapped.filter((tag) => isOurs(tag) && !current.includes(tag)),
    remove: sent.filter((tag) => isOurs(tag) && !mapped.includes(tag) && policies.ownedTags?.has(tag) !== true),
    own,
    fills: fills && mapped.some((tag) => !isPolicyTag(tag)),
  };
}

/**
 * Tags that we sent and Zendesk did not store. Zendesk would drop them again in every run, so they count as stored. If
 * the account stored no tags at all (user tagging was off), nothing is known about any tag.
 */
export function droppedTags({ sent, stored }: LastSent): ReadonlySet<string> {
  if (stored?.tags === undefined) return new Set();
  const kept = textList(stored.tags);
  return new Set(textList(sent.tags).filter((tag) => !kept.includes(tag)));
}

/** Fields that were to be filled because they were empty, and are no longer empty. */
export function filledMeanwhile(
  ifEmpty: readonly string[],
  shown: Fields,
  { inactiveTag }: Pick<ZendeskPolicies, 'inactiveTag'>,
): readonly string[] {
  return ifEmpty.filter((name) =>
    name === 'tags' ? textList(shown.tags).some((tag) => tag !== inactiveTag) : !isEmpty(shown[name]),
  );
}

function differsFromLastWrite(name: string, value: Json, link: LastSent, shown: Fields | undefined): boolean {
  if (!jsonEquals(value, link.sent[name])) return true;
  // A field that Zendesk did not know when we wrote it, and has got since.
  if (link.stored && shown && !(name in link.stored) && name in shown) return !equalsRemote(name, value, shown[name]);
  return (
    link.stored !== undefined && shown !== undefined && !jsonEquals(shown[name] ?? null, link.stored[name] ?? null)
  );
}
