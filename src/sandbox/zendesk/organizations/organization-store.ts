import type { Row } from '../api/requests.ts';
import type { CustomFields } from '../fields/custom-fields.ts';
import { blankOrganization, type Organization } from './organization.ts';

const writable = ['details', 'notes', 'domain_names', 'tags'] as const;

/** The organizations of an account. Names are unique once trimmed; names and external ids without case. */
export function createOrganizationStore({
  fields,
  now,
  nextId,
}: {
  readonly fields: CustomFields;
  readonly now: () => number;
  readonly nextId: () => number;
}) {
  const byId = new Map<number, Organization>();

  const stamp = (): string => `${new Date(now()).toISOString().slice(0, 19)}Z`;
  const same = (a: string | null, b: unknown): boolean =>
    a !== null && a.toLowerCase() === String(b).trim().toLowerCase();
  const byName = (name: unknown): Organization | undefined => [...byId.values()].find((one) => same(one.name, name));
  const byExternalId = (id: unknown): Organization | undefined =>
    [...byId.values()].find(({ external_id }) => same(external_id, id));

  function assign(organization: Organization, row: Row): void {
    if (typeof row.name === 'string') organization.name = row.name.trim();
    if ('external_id' in row) organization.external_id = row.external_id === null ? null : String(row.external_id);
    const values = writable.filter((field) => field in row).map((field) => [field, row[field]]);
    Object.assign(organization, Object.fromEntries(values));
    // Keys that nobody has defined are dropped without a word.
    const holder = { values: organization.organization_fields, tags: organization.tags };
    fields.assign(holder, row.organization_fields);
    organization.tags = holder.tags;
    organization.updated_at = stamp();
  }

  return {
    byId,
    byName,
    byExternalId,
    assign,
    create(row: Row): Organization {
      const organization = blankOrganization(nextId(), stamp());
      byId.set(organization.id, organization);
      assign(organization, row);
      return organization;
    },
    /** What is wrong with a row for a new organization, or for this one. */
    validate(row: Row, organization: Organization | undefined): string | undefined {
      const { name, external_id: externalId } = row;
      if ((!organization || name !== undefined) && String(name ?? '').trim() === '') return "Name: can't be blank";
      const namesake = name === undefined ? undefined : byName(name);
      if (namesake && namesake !== organization) return `Name: ${String(name)} has already been taken`;
      const holder = externalId === undefined || externalId === null ? undefined : byExternalId(externalId);
      if (holder && holder !== organization) return 'External ID: has already been taken';
      return fields.validate(row.organization_fields)?.description;
    },
  };
}

export type OrganizationStore = ReturnType<typeof createOrganizationStore>;
