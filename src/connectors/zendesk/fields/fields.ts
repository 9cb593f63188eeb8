import { z } from 'zod';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { UserRow } from '../api/api-schemas.ts';
import type { ZendeskUser } from '../user.ts';
import { customPrefix } from './definitions.ts';
import { isSameTimeZone } from './time-zones/time-zone.ts';

const plain = [
  'external_id',
  'name',
  'email',
  'phone',
  'alias',
  'details',
  'notes',
  'time_zone',
  'locale',
  'remote_photo_url',
  'role',
  'organization_id',
  'suspended',
] as const;

/** A user's fields by flat name, such as `user_fields.member_level`. Absent stays absent. */
export function flatten(user: ZendeskUser): Fields {
  const fields: Record<string, Json> = {};
  for (const name of plain) {
    const value = user[name];
    if (value !== undefined) fields[name] = value;
  }
  if (user.organizations) fields.organizations = user.organizations.map((one) => ({ ...one }));
  if (user.emails) fields.emails = [...user.emails];
  if (user.phones) fields.phones = [...user.phones];
  if (user.tags) fields.tags = [...new Set(user.tags)].sort();
  for (const [name, value] of Object.entries(user.user_fields ?? {})) fields[customPrefix + name] = value;
  return fields;
}

/** The body that writes these flat fields. `null` clears. */
export function toBody(fields: Fields): { readonly [key: string]: Json } {
  const body: Record<string, Json> = {};
  const custom: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith(customPrefix)) custom[name.slice(customPrefix.length)] = value;
    else body[name] = value;
  }
  return Object.keys(custom).length > 0 ? { ...body, user_fields: custom } : body;
}

/** A user from flat fields that we sent, the other way round. The policy's own fields (`suspended`) are not in it. */
export function unflatten(externalId: string, { suspended: _, ...sent }: Fields): ZendeskUser {
  // What was sent was made by `flatten` from a payload of this very type.
  return { ...toBody(sent), external_id: externalId, skip_verify_email: true } as unknown as ZendeskUser;
}

/** Zendesk never shows these: nothing can be compared with them but what we last sent. */
export const writeOnlyFields: ReadonlySet<string> = new Set(['remote_photo_url']);

/** What clears a field. A suspension is lifted; everything else is emptied. */
export function clearedValue(name: string): Json {
  return name === 'suspended' ? false : null;
}

/** Equal to the letter. For values that we sent or that Zendesk showed us, never across the two. */
export function jsonEquals(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Whether a mapped value is what Zendesk shows. Zendesk reads empty as "" or null, a box never ticked as false, dates with a
 * time, choices in an order of its own, some time zones by another name, addresses, external ids and locales in any case
 * (reference: user fields, null semantics).
 */
export function equalsRemote(name: string, mapped: Json, shown: Json | undefined): boolean {
  if (jsonEquals(mapped, shown)) return true;
  if (isEmpty(mapped) && isEmpty(shown)) return true;
  if (mapped === false) return isEmpty(shown);
  if (Array.isArray(mapped) && Array.isArray(shown)) return jsonEquals([...mapped].sort(), [...shown].sort());
  if (typeof mapped === 'string' && typeof shown === 'string') {
    if (caseInsensitiveFields.has(name)) return mapped.toLowerCase() === shown.toLowerCase();
    if (name === 'time_zone') return isSameTimeZone(mapped, shown);
    return isDate(mapped) && shown.startsWith(`${mapped}T00:00:00`);
  }
  if (typeof mapped === 'string' && typeof shown === 'number') return mapped.trim() !== '' && Number(mapped) === shown;
  return false;
}

const caseInsensitiveFields = new Set(['email', 'external_id', 'locale']);

export function textList(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

export function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

/** Made once: a schema of its own for each field of each user costs more than everything else that is done with it. */
const json = z.json();
const shownShape = z.record(z.string(), json);

/** A user as Zendesk shows it, by flat name. Addresses and external ids in lower case, tags sorted. */
export function flattenUser(user: UserRow): Fields {
  const fields: Record<string, Json> = {};
  for (const name of plain) {
    const value = json.safeParse(user[name]);
    if (value.success) fields[name] = lowerCased(name, value.data);
  }
  // Absent where the account does not tag users.
  if (user.tags) fields.tags = [...user.tags].sort();
  const custom = shownShape.safeParse(user.user_fields ?? {});
  for (const [name, value] of Object.entries(custom.data ?? {})) fields[customPrefix + name] = value;
  return fields;
}

function lowerCased(name: string, value: Json): Json {
  return (name === 'email' || name === 'external_id') && typeof value === 'string' ? value.toLowerCase() : value;
}
