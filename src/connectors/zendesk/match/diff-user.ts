import { defined } from '../../../core/defined.ts';
import type { Ownership } from '../../../core/destination.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import { clearedValue, jsonEquals, textList, writeOnlyFields } from '../fields/fields.ts';
import { diffRelated, isRelated, type RelatedResources, relatedKinds } from '../related/related.ts';
import { diffTags, droppedTags, needsWrite, ownershipOf, type ZendeskPolicies } from './ownership.ts';

/** The fields to write so that a user matches its customer, and what counts as sent once they are written. */
export interface Difference {
  /** Flat fields, e-mail and tags apart. */
  readonly set: Fields;
  readonly tags?: { readonly add: readonly string[]; readonly remove: readonly string[] };
  /** The address must become the user's primary one. `from`: an address that we wrote and may take away. */
  readonly email?: { readonly to: string; readonly from?: string };
  /** The user's related resources: organizations, further addresses and phone numbers. */
  readonly related?: RelatedResources;
  readonly sent: Fields;
  /** Old values of what is written: as Zendesk shows them, or else as we sent them. */
  readonly before: Fields;
  /** What we had last sent of what is written. */
  readonly previousLastSent: Fields;
  /** What of it is written only because it is empty in Zendesk. */
  readonly ifEmpty: readonly string[];
}

type LastSent = Pick<Link, 'sent' | 'stored'>;

/** A role is written only to new users: somebody who has become an agent unnoticed must not become an end user. */
const specialFields = new Set<string>(['email', 'tags', 'role', ...relatedKinds]);
export const neverCleared: ReadonlySet<string> = new Set(['name', 'email', 'external_id', 'remote_photo_url', 'role']);

/**
 * Compares a mapped customer with its user field by field, as the ownership of each field says. A field that we wrote
 * and that is no longer mapped is cleared, if its ownership is `always`. Fields that the mapping does not name are
 * never part of the difference.
 */
export function diffUser(
  mapped: Fields,
  link: LastSent,
  user: DirectoryUser | undefined,
  policies: Pick<ZendeskPolicies, 'ownership' | 'inactiveTag' | 'ownedTags'>,
): Difference {
  const shown = user?.fields;
  const wayOf = (name: string): Ownership => ownershipOf(name, policies);
  const set: Record<string, Json> = {};
  const sent: Record<string, Json> = { ...mapped };
  const keepLastSent = (name: string): void => {
    delete sent[name];
    if (name in link.sent) sent[name] = link.sent[name] ?? null;
  };

  for (const [name, value] of Object.entries(mapped)) {
    if (specialFields.has(name)) continue;
    const way = wayOf(name);
    if (needsWrite({ name, value, way }, link, shown)) set[name] = value;
    // A suspension that support had set by hand is not ours to lift later.
    else if (way !== 'always' || (name === 'suspended' && !(name in link.sent))) keepLastSent(name);
  }
  for (const name of Object.keys(link.sent)) {
    if (name in mapped || name === 'tags') continue;
    // A block that is taken out of the configuration leaves things as they are: they are ours still, should it come back.
    if (neverCleared.has(name) || isRelated(name) || wayOf(name) !== 'always') keepLastSent(name);
    else set[name] = clearedValue(name);
  }

  const { add: missing, remove, own, fills } = diffTags(textList(mapped.tags), link, shown, policies);
  const dropped = droppedTags(link);
  const add = missing.filter((tag) => !dropped.has(tag));
  const tags = add.length + remove.length > 0 ? { add, remove } : undefined;
  if ('tags' in mapped || own.length > 0) sent.tags = own;
  const email = emailDifference(mapped.email, link, user, wayOf('email'));
  if (!email && wayOf('email') !== 'always') keepLastSent('email');

  const left = relatedKinds.filter((name) => wayOf(name) !== 'always');
  for (const name of left) keepLastSent(name);
  const related = diffRelated(sent, link);

  const shownNames = Object.keys(set).filter((name) => !writeOnlyFields.has(name));
  const written = [...shownNames, ...(tags ? ['tags'] : []), ...(email ? ['email'] : [])];
  const known: Fields = { ...link.sent, ...shown };
  const before = Object.fromEntries(written.flatMap((name) => (name in known ? [[name, known[name] ?? null]] : [])));
  const touched = [...written, ...Object.keys(related ?? {})];
  const previousLastSent = Object.fromEntries(Object.entries(link.sent).filter(([name]) => touched.includes(name)));
  const ifEmpty = written.filter((name) => wayOf(name) === 'if_empty' && (name !== 'tags' || fills));
  const apartFromFields = { ...defined({ tags, email, related }) };
  return { set, sent, before, previousLastSent, ifEmpty, ...apartFromFields };
}

export function isEmptyDifference({ set, tags, email, related }: Difference): boolean {
  return Object.keys(set).length === 0 && !tags && !email && !related;
}

function emailDifference(
  mapped: Json | undefined,
  link: LastSent,
  user: DirectoryUser | undefined,
  way: Ownership,
): Difference['email'] {
  if (typeof mapped !== 'string' || way === 'create_only') return undefined;
  const sent = link.sent.email;
  const current = user?.email;
  if (way === 'if_empty' && (user ? current !== undefined : sent !== undefined)) return undefined;
  // Primary already, but not by a change of ours that came to its end: our former address may still be there.
  if (current === mapped && typeof sent === 'string' && sent !== mapped) return { to: mapped, from: sent };
  if (current === mapped) return undefined;
  if (sent === mapped) {
    // Its primary may be another one by right (matched by a secondary address): only a change since then counts.
    const stored = link.stored?.email;
    if (!user || stored === undefined || jsonEquals(stored ?? null, current ?? null)) return undefined;
  }
  return { to: mapped, ...(typeof sent === 'string' && sent !== mapped && { from: sent }) };
}
