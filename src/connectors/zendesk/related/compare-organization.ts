import { z } from 'zod';
import type { Json } from '../../../core/domain/json.ts';
import type { OrganizationRow } from '../api/api-schemas.ts';
import { equalsRemote, textList } from '../fields/fields.ts';
import type { ZendeskOrganization } from './organization.ts';

const json: z.ZodType<Json> = z.json();

export type OrganizationUpdate = { readonly id: number; readonly [field: string]: Json };

/** An organization as it is mapped, and as Zendesk shows it. */
export interface Found {
  readonly one: ZendeskOrganization;
  readonly row: OrganizationRow | undefined;
}

export function isOutdated({ one, row }: Found): boolean {
  return row !== undefined && changesOf(one, row) !== undefined;
}

/**
 * Whether the organization that was found by id or name is the one that is meant. One whose id says something else is
 * another company of the same name, unless one of the two ids is made of the name and says no more than the name does.
 */
export function isSameCompany(wanted: ZendeskOrganization, row: OrganizationRow): boolean {
  const shown = row.external_id?.toLowerCase();
  if (!shown || shown === wanted.external_id) return true;
  const byName = `:${wanted.name.toLowerCase()}`;
  return shown.endsWith(byName) || wanted.external_id.endsWith(byName);
}

/** What differs, or undefined. One that was found by its name and belongs to another system is not touched. */
export function changesOf(wanted: ZendeskOrganization, row: OrganizationRow): OrganizationUpdate | undefined {
  const isOurs = row.external_id?.toLowerCase() === wanted.external_id;
  if (!isOurs && row.external_id) return undefined;
  const { organization_fields: custom = {}, ...plain } = wanted;
  const shownOf = (name: string): Json | undefined => json.safeParse(Reflect.get(row, name)).data;
  const set = Object.entries(plain)
    .map(([name, value]) => [name, relatedUsers(value, shownOf(name))] as const)
    .filter(([name, value]) => !equalsRemote(name, value, shownOf(name)));
  const shown = row.organization_fields ?? {};
  const fields = Object.entries(custom).filter(([name, value]) => !equalsRemote(name, value, shown[name]));
  if (set.length + fields.length === 0) return undefined;
  return {
    id: row.id,
    ...Object.fromEntries(set),
    ...(fields.length > 0 && { organization_fields: Object.fromEntries(fields) }),
  };
}

/** Tags and domains that people gave it stay with ours. */
function relatedUsers(ours: Json, shown: Json | undefined): Json {
  return Array.isArray(ours) ? [...new Set([...textList(shown), ...textList(ours)])] : ours;
}
