import type { CustomField } from '../../../core/domain/field-schema.ts';
import type { JobDependencies } from '../jobs/job-dependencies.ts';
import type { ZendeskPolicies } from '../match/ownership.ts';
import type { Organizations } from '../related/organizations.ts';
import type { TicketHolders } from '../undo/ticket-holders.ts';

/** What the files of this folder share. */
export interface WriteDependencies extends JobDependencies {
  readonly policies: ZendeskPolicies;
  /** Field names that the mapping sets. */
  readonly fields: readonly string[];
  readonly organizations: Organizations;
  readonly ticketHolders: TicketHolders;
  /** Whether a user can be in several organizations, as far as is known. */
  readonly multipleOrganizations: (signal: AbortSignal) => Promise<boolean>;
  /** The account's custom fields, if they were requested. */
  readonly customFields: () => readonly CustomField[];
}
