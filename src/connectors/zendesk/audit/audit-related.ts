import type { CallContext } from '../../../core/domain/context.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { Identity, OrganizationRow, UserRow } from '../api/api-schemas.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { textList } from '../fields/fields.ts';
import { changesOf, isSameCompany } from '../related/compare-organization.ts';
import { identityTypes } from '../related/identity-types.ts';
import { allOrganizations, listSecondaryMemberships, sortMemberships } from '../related/memberships.ts';
import { organizationsOf, type ZendeskOrganization } from '../related/organization.ts';
import { listOf, type RelatedKind, relatedKinds, textsOf } from '../related/related.ts';

export interface RelatedSubject {
  readonly mapped: Fields;
  readonly sent: Fields;
  readonly user: DirectoryUser;
}

/**
 * The related resources of users as Zendesk has it now: organizations and memberships are listed once (a hundred a call), and
 * identities come along with the users, or else are asked for of those who should have some.
 */
export function createRelatedReader({
  api,
  fields,
  multipleOrganizations,
}: {
  readonly api: Pick<ZendeskApi, 'listOrganizations' | 'listMemberships' | 'identities'>;
  /** Field names that the mapping sets. */
  readonly fields: readonly string[];
  /** Whether a user can be in several. Where not, only the first counts. */
  readonly multipleOrganizations: (signal: AbortSignal) => Promise<boolean>;
}) {
  const isUsed = (name: RelatedKind): boolean => fields.includes(name);
  const byExternalId = new Map<string, OrganizationRow>();
  const byName = new Map<string, OrganizationRow>();
  const nameOf = new Map<number, string>();
  /** Of records that differ about their organization the first counts, as in a sync. */
  const said = new Map<string, ZendeskOrganization>();
  let isSingle = false;
  let further: ReadonlyMap<number, readonly number[]> = new Map();

  function rowOf(wanted: ZendeskOrganization): OrganizationRow | undefined {
    const row = byExternalId.get(wanted.external_id) ?? byName.get(wanted.name.toLowerCase());
    return row && isSameCompany(wanted, row) ? row : undefined;
  }

  function firstSaid(wanted: ZendeskOrganization): ZendeskOrganization {
    const first = said.get(wanted.external_id) ?? wanted;
    said.set(wanted.external_id, first);
    return first;
  }

  function organizationDifference({ mapped, sent, user }: RelatedSubject): readonly [Json, Json] | undefined {
    const named = organizationsOf(listOf(mapped.organizations));
    const wanted = isSingle ? named.slice(0, 1) : named;
    const defaultOne = user.fields?.organization_id;
    const own = sortMemberships(typeof defaultOne === 'number' ? defaultOne : undefined, further.get(Number(user.id)));
    const rows = wanted.map((one) => ({ one, row: rowOf(one) }));
    const isThere = rows.every(({ row }) => row !== undefined && own.includes(row.id));
    const isDefault = rows[0] === undefined || rows[0].row?.id === own[0];
    const behind = rows.filter(({ one, row }) => row && changesOf(firstSaid(one), row)).map(({ row }) => row?.id);
    const left = organizationsOf(listOf(sent.organizations)).filter(
      (one) => !wanted.some(({ external_id: id }) => id === one.external_id) && own.includes(rowOf(one)?.id ?? -1),
    );
    if (isThere && isDefault && behind.length + left.length === 0) return undefined;
    const shown = own.map((id) => `${nameOf.get(id) ?? id}${behind.includes(id) ? ' (its fields differ)' : ''}`);
    return [wanted.map(({ name }) => name), shown];
  }

  return {
    /** What to ask for along with users. */
    with: isUsed('emails') || isUsed('phones') ? ('identities' as const) : undefined,
    async begin({ signal }: CallContext): Promise<void> {
      if (!isUsed('organizations')) return;
      isSingle = !(await multipleOrganizations(signal));
      for (const row of await allOrganizations(api, signal)) {
        if (row.external_id) byExternalId.set(row.external_id.toLowerCase(), row);
        if (row.name) byName.set(row.name.toLowerCase(), row);
        nameOf.set(row.id, row.name ?? '');
      }
      further = await listSecondaryMemberships(api, signal);
    },
    alongside,
    /** What of it should be otherwise: as it should be, and as it is. */
    async differences(
      subject: RelatedSubject,
      { signal }: CallContext,
    ): Promise<Readonly<Partial<Record<RelatedKind, readonly [Json, Json]>>>> {
      const found: Partial<Record<RelatedKind, readonly [Json, Json]>> = {};
      for (const name of relatedKinds) {
        if (!(name in subject.mapped)) continue;
        const differs =
          name === 'organizations'
            ? organizationDifference(subject)
            : await identityDifference(api, name, { subject, signal });
        if (differs) found[name] = differs;
      }
      return found;
    },
  };
}

export type RelatedReader = ReturnType<typeof createRelatedReader>;

/** Further addresses and numbers of listed users, by user id. None where they did not come along. */
function alongside(
  users: readonly UserRow[],
  identities: readonly Identity[] | null | undefined,
): ReadonlyMap<string, Fields> {
  if (!identities) return new Map();
  const byUser = Map.groupBy(identities, ({ user_id: id }) => id);
  return new Map(users.map(({ id }) => [String(id), ofIdentities(byUser.get(id) ?? [])]));
}

async function identityDifference(
  api: Pick<ZendeskApi, 'identities'>,
  name: 'emails' | 'phones',
  { subject: { mapped, sent, user }, signal }: { readonly subject: RelatedSubject; readonly signal: AbortSignal },
): Promise<readonly [Json, Json] | undefined> {
  const wanted = textsOf(listOf(mapped[name]));
  const gone = textsOf(listOf(sent[name])).filter((value) => !wanted.includes(value));
  if (wanted.length + gone.length === 0) return undefined;
  const listed = user.fields?.[name];
  const look = () => api.identities(user.id, signal);
  const own = listed === undefined ? ofIdentities(await unlessRefused(look, () => []))[name] : textList(listed);
  // One that has become the primary address is the user's all the same, and not ours to take away.
  const isHad = (value: string): boolean => own.includes(value) || (name === 'emails' && user.email === value);
  return wanted.every(isHad) && !gone.some((value) => own.includes(value)) ? undefined : [[...wanted], [...own]];
}

/** Addresses but the primary one, and phone numbers, as the mapping has them. */
function ofIdentities(identities: readonly Identity[]): { readonly emails: string[]; readonly phones: string[] } {
  const of = (wanted: string): string[] =>
    identities.flatMap(({ type, value, primary }) =>
      type === wanted && (type !== identityTypes.emails || primary !== true) ? [value.toLowerCase()] : [],
    );
  return { emails: of(identityTypes.emails), phones: of(identityTypes.phones) };
}
