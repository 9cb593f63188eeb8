import type { CallContext } from '../../../core/domain/context.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { ZendeskApi } from '../api/api.ts';
import { identityTypes } from './identity-types.ts';
import { findOrganizations } from './known-organizations.ts';
import { organizationsOf } from './organization.ts';
import type { RelatedChange, RelatedResources } from './related.ts';
import { textsOf } from './related.ts';

/**
 * What an interrupted write has left of related resources, as it counts as sent: exactly what the user has of what was
 * there before and what was meant. The next decision on the customer adds what is missing, and takes away what is not
 * meant any more.
 */
export async function findRelated(
  api: ZendeskApi,
  userId: string,
  related: RelatedResources,
  context: CallContext,
): Promise<Fields> {
  const found: Record<string, readonly Json[]> = {};
  if (related.organizations) found.organizations = await findMemberships(api, userId, related.organizations, context);
  if (!related.emails && !related.phones) return found;
  const identities = await api.identities(userId, context.signal);
  for (const name of ['emails', 'phones'] as const) {
    const change = related[name];
    if (!change) continue;
    const has = (value: string) =>
      identities.some((one) => one.type === identityTypes[name] && one.value.toLowerCase() === value);
    found[name] = [...new Set([...textsOf(change.to), ...textsOf(change.from)])].filter(has);
  }
  return found;
}

/** Each as it was last sent. The first one counts as the default one only if it is: another write then makes it that. */
async function findMemberships(
  api: ZendeskApi,
  userId: string,
  { from, to }: RelatedChange,
  context: CallContext,
): Promise<readonly Json[]> {
  const meant = organizationsOf(to);
  const byId = new Map([...meant, ...organizationsOf(from)].map((one) => [one.external_id, one]));
  const rows = await findOrganizations({ api }, [...byId.values()], context);
  const memberships = await api.membershipsOf(userId, context.signal);
  const rowOf = (externalId: string) => {
    const organization = rows.find(({ one }) => one.external_id === externalId)?.row;
    return memberships.find(({ organization_id: id }) => id === organization?.id);
  };
  const present = [...byId.values()].filter(({ external_id: id }) => rowOf(id));
  const [first, ...others] = present;
  if (!first || first.external_id !== meant[0]?.external_id || rowOf(first.external_id)?.default === true)
    return present;
  return others.length > 0 ? [...others, first] : [];
}
