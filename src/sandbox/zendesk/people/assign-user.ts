import type { Settings } from '../account/settings.ts';
import type { Row } from '../api/requests.ts';
import type { CustomFields } from '../fields/custom-fields.ts';
import type { createExternalIds } from './external-ids.ts';
import type { IdentityStore } from './identity-store.ts';
import type { User } from './user.ts';

const writable = ['name', 'alias', 'details', 'notes', 'time_zone', 'locale', 'suspended', 'role'] as const;
const accepted = new Set<string>([
  ...writable,
  'phone',
  'id',
  'email',
  'external_id',
  'tags',
  'user_fields',
  'skip_verify_email',
  'verified',
  'identities',
  'organization_id',
  'organization_ids',
  'organization',
  'remote_photo_url',
]);

/** Keys that Zendesk does not know in the body of a user. They are dropped, with a warning. */
export function unknownKeys(body: Row): string[] {
  return Object.keys(body).filter((key) => !accepted.has(key));
}

/** Writes the values of a body to a user, with Zendesk's silent corrections. Its address is not one of them. */
export function assignUser(
  user: User,
  body: Row,
  account: {
    readonly settings: Settings;
    readonly customFields: CustomFields;
    readonly externalIds: ReturnType<typeof createExternalIds>;
    readonly identities: IdentityStore;
  },
): void {
  const { settings, customFields, externalIds } = account;
  Object.assign(user, Object.fromEntries(writable.flatMap((field) => (field in body ? [[field, body[field]]] : []))));
  if ('phone' in body) assignPhone(user, body.phone, account);
  if ('external_id' in body) externalIds.assign(user, body.external_id === null ? null : String(body.external_id));
  // Fetched in a moment, and shown in another form.
  if (typeof body.remote_photo_url === 'string') user.photo = { file_name: body.remote_photo_url.split('/').at(-1) };
  // The whole set is replaced.
  if (Array.isArray(body.tags) && settings.current.tagging) {
    user.tags = [...new Set(body.tags.map((tag) => String(tag).toLowerCase().replaceAll(/\s+/g, '_')))].sort();
    customFields.keepInStep(user);
  }
  const holder = { values: user.user_fields, tags: user.tags };
  customFields.assign(holder, body.user_fields);
  user.tags = holder.tags;
}

/** A new number is added behind the old one, which the user keeps showing; an empty one changes nothing. */
function assignPhone(
  user: User,
  phone: unknown,
  { settings, identities }: { readonly settings: Settings; readonly identities: IdentityStore },
): void {
  const value = typeof phone === 'string' ? phone : null;
  if (settings.current.phoneUpdates === 'replace') user.phone = value;
  else if (value !== null && identities.phoneHolder(value) === undefined)
    identities.addPhone(user, value, { primary: user.phone === null });
}
