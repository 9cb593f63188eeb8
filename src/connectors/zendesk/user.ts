import type { Json } from '../../core/domain/json.ts';
import type { ZendeskOrganization } from './related/organization.ts';

/**
 * What a mapper hands to the sink: the fields of a Zendesk user that the mapping names. Absent means "not ours".
 * Names are those of the Users API (UserCreateInput).
 */
export interface ZendeskUser {
  /** Lower case; ours. */
  readonly external_id: string;
  readonly name: string;
  /** Valid and in lower case. */
  readonly email?: string;
  readonly phone?: string;
  readonly alias?: string;
  readonly details?: string;
  readonly notes?: string;
  readonly time_zone?: string;
  readonly locale?: string;
  /** Fetched by Zendesk, and never shown again: sent when it changes. */
  readonly remote_photo_url?: string;
  /** For new users only. Absent, Zendesk makes end users too. */
  readonly role?: 'end-user';
  readonly organization_id?: number;
  /**
   * Organizations that the user belongs to, the default one first. Next to them the user keeps those that others have given it.
   */
  readonly organizations?: readonly ZendeskOrganization[];
  /** Addresses in addition to the primary one, valid and in lower case. */
  readonly emails?: readonly string[];
  /** Phone numbers that are identities, in E.164. */
  readonly phones?: readonly string[];
  /** Set by the policy for inactive customers, and where the mapping says so; never false. */
  readonly suspended?: boolean;
  /** Tags that we own; hand-made ones are kept with them. */
  readonly tags?: readonly string[];
  readonly user_fields?: Readonly<Record<string, Json>>;
  /** Not a field: suppresses the verification mail. True unless configured otherwise. */
  readonly skip_verify_email: boolean;
  /** Not a field: marks the address as verified. Absent unless configured. */
  readonly verified?: boolean;
}
