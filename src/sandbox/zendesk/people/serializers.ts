import type { Settings } from '../account/settings.ts';
import type { CustomFields } from '../fields/custom-fields.ts';
import type { Identity, User } from './user.ts';
import type { Users } from './users.ts';

/** What responses show of users and identities: every key that was recorded, also those that say little. */

/** What the sandbox's users never have another value of. */
const fixed = {
  iana_time_zone: 'America/Los_Angeles',
  shared_phone_number: null,
  photo: null,
  locale_id: 1,
  shared_agent: false,
  last_login_at: null,
  two_factor_auth_enabled: false,
  signature: null,
  role_type: null,
  custom_role_id: null,
  only_private_comments: false,
  default_group_id: null,
  report_csv: false,
};

export type ShowUser = (user: User) => object;

/** How the account shows its users. */
export function createShowUser({
  users,
  customFields,
  settings,
  origin,
}: {
  readonly users: Users;
  readonly customFields: CustomFields;
  readonly settings: Settings;
  readonly origin: () => string;
}): ShowUser {
  return (user) => {
    const verified = users.identitiesOf(user.id).some((identity) => identity.primary && identity.verified);
    const shown = showUser(user, { fields: customFields.byKey, origin: origin(), verified });
    return settings.current.tagging ? shown : { ...shown, tags: undefined };
  };
}

/** `origin` is that of the account, for addresses of resources. */
function showUser(
  user: User,
  {
    fields,
    origin,
    verified,
  }: { readonly fields: CustomFields['byKey']; readonly origin: string; readonly verified: boolean },
): object {
  // Each of the account's fields is there, with or without a value.
  const values: Record<string, unknown> = {};
  for (const [key, { type }] of fields) values[key] = user.user_fields[key] ?? (type === 'checkbox' ? false : null);
  const { odd, ...shown } = user;
  return {
    ...shown,
    ...fixed,
    url: `${origin}/api/v2/users/${user.id}.json`,
    verified,
    shared: user.shared === true,
    moderator: user.role !== 'end-user',
    ticket_restriction: user.role === 'end-user' ? 'requested' : null,
    restricted_agent: user.role !== 'admin',
    user_fields: values,
    ...odd,
  };
}

export function showIdentity(identity: Identity, { id }: User, origin: string) {
  return {
    ...identity,
    url: `${origin}/api/v2/users/${id}/identities/${identity.id}.json`,
    user_id: id,
    undeliverable_count: 0,
    deliverable_state: 'deliverable',
  };
}
