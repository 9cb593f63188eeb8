/** An organization, and who belongs to it, as the API shows them. */

export interface Organization {
  readonly id: number;
  name: string;
  external_id: string | null;
  details: string | null;
  notes: string | null;
  domain_names: string[];
  tags: string[];
  organization_fields: Record<string, unknown>;
  readonly created_at: string;
  updated_at: string;
}

export interface Membership {
  readonly id: number;
  readonly user_id: number;
  readonly organization_id: number;
  default: boolean;
}

/** An organization as it is before anything is written to it. */
export function blankOrganization(id: number, at: string): Organization {
  return {
    id,
    name: '',
    external_id: null,
    details: null,
    notes: null,
    domain_names: [],
    tags: [],
    organization_fields: {},
    created_at: at,
    updated_at: at,
  };
}
