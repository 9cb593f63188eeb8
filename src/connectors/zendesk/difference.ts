import type { Json } from '../../core/contracts.ts';
import type { DirectoryUser, Fields, Link } from '../../core/state/store.ts';
import { cleared, identical, shownAs, textList } from './fields.ts';

/** What must be written so that a user is as mapped, and what counts as sent once it is. */
export interface Difference {
  /** Flat fields, e-mail and tags apart. */
  readonly set: Fields;
  readonly tags?: { readonly add: readonly string[]; readonly remove: readonly string[] };
  /** The address must become the user's primary one. `from`: an address that we wrote and may take away. */
  readonly email?: { readonly to: string; readonly from?: string };
  readonly sent: Fields;
  /** Old values of what is written: as Zendesk shows them, or else as we sent them. */
  readonly before: Fields;
}

const apart = new Set(['email', 'tags']);
const neverCleared = new Set(['name', 'email', 'external_id']);

/**
 * A field is written when the mapped value is not what we last sent, or when Zendesk's value is no longer what it stored of
 * it. Where we never wrote a field, the mapped value is compared with Zendesk's directly. A field that we wrote and that is
 * mapped no more is cleared. Fields that the mapping does not name are never in it.
 */
export function difference(
  mapped: Fields,
  link: Pick<Link, 'sent' | 'stored'>,
  user: DirectoryUser | undefined,
): Difference {
  const shown = user?.fields;
  const set: Record<string, Json> = {};
  const sent: Record<string, Json> = { ...mapped };

  for (const [name, value] of Object.entries(mapped)) {
    if (apart.has(name)) continue;
    if (name in link.sent ? movedSince(name, value, link, shown) : !(shown && shownAs(name, value, shown[name])))
      set[name] = value;
    // A suspension that support had set by hand is not ours to lift later.
    else if (name === 'suspended' && !(name in link.sent)) delete sent[name];
  }
  for (const name of Object.keys(link.sent)) {
    if (!(name in mapped) && !apart.has(name) && !neverCleared.has(name)) set[name] = cleared(name);
    if (!(name in mapped) && neverCleared.has(name)) sent[name] = link.sent[name] ?? null;
  }

  const tags = tagDifference(textList(mapped.tags), link, shown);
  const email = emailDifference(mapped.email, link, user);
  const written = [...Object.keys(set), ...(tags ? ['tags'] : []), ...(email ? ['email'] : [])];
  const known: Fields = { ...link.sent, ...shown };
  const before = Object.fromEntries(written.flatMap((name) => (name in known ? [[name, known[name] ?? null]] : [])));
  return { set, sent, before, ...(tags && { tags }), ...(email && { email }) };
}

export function isEmptyDifference({ set, tags, email }: Difference): boolean {
  return Object.keys(set).length === 0 && !tags && !email;
}

function movedSince(
  name: string,
  value: Json,
  link: Pick<Link, 'sent' | 'stored'>,
  shown: Fields | undefined,
): boolean {
  if (!identical(value, link.sent[name])) return true;
  return link.stored !== undefined && shown !== undefined && !identical(shown[name] ?? null, link.stored[name] ?? null);
}

/** We own the tags that are mapped or that we sent before. Others stay, whoever set them. */
function tagDifference(
  mapped: readonly string[],
  link: Pick<Link, 'sent' | 'stored'>,
  shown: Fields | undefined,
): Difference['tags'] {
  const sent = textList(link.sent.tags);
  const current = shown && (link.stored !== undefined || !('tags' in link.sent)) ? textList(shown.tags) : sent;
  const add = mapped.filter((tag) => !current.includes(tag));
  const remove = sent.filter((tag) => !mapped.includes(tag));
  return add.length + remove.length > 0 ? { add, remove } : undefined;
}

function emailDifference(
  mapped: Json | undefined,
  link: Pick<Link, 'sent' | 'stored'>,
  user: DirectoryUser | undefined,
): Difference['email'] {
  if (typeof mapped !== 'string') return undefined;
  const sent = link.sent.email;
  const current = user?.email;
  if (current === mapped) return undefined;
  if (sent === mapped) {
    // Its primary may be another one by right (matched by a secondary address): only a change since then counts.
    const stored = link.stored?.email;
    if (!user || stored === undefined || identical(stored ?? null, current ?? null)) return undefined;
  }
  return { to: mapped, ...(typeof sent === 'string' && sent !== mapped && { from: sent }) };
}
