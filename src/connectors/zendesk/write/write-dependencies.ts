import type { Clock } from '../../../core/clock.ts';
import type { CustomField } from '../../../core/domain/field-schema.ts';
import type { Logger } from '../../../core/domain/log.ts';
import type { OnFailpoint } from '../../../core/failpoints.ts';
import type { RateLimiter } from '../../../core/http/rate-limiter.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { JobGate } from '../jobs/job-gate.ts';
import type { JobTracker } from '../jobs/job-tracker.ts';
import type { ZendeskPolicies } from '../match/ownership.ts';
import type { Organizations } from '../related/organizations.ts';
import type { TicketHolders } from '../undo/ticket-holders.ts';
import type { LostReplies } from './ambiguous-writes.ts';

/** What the parts of the write path share. */
export interface WriteDependencies {
  readonly api: ZendeskApi;
  readonly tracker: JobTracker;
  readonly gate: JobGate;
  readonly ambiguousWrites: LostReplies;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onFailpoint: OnFailpoint;
  readonly policies: ZendeskPolicies;
  /** Field names that the mapping sets. */
  readonly fields: readonly string[];
  readonly organizations: Organizations;
  readonly ticketHolders: TicketHolders;
  /** Whether a user can be in several organizations, as far as is known. */
  readonly multipleOrganizations: (signal: AbortSignal) => Promise<boolean>;
  /** Updates of organizations have a budget of their own. */
  readonly organizationUpdates: RateLimiter;
  /** The account's custom fields, as far as it was asked for them. */
  readonly customFields: () => readonly CustomField[];
  /** Whether writes go through bulk jobs. Turns off for good once Zendesk refuses them and the configuration allows it. */
  readonly bulk: { allowed(): boolean; refused(): void };
}
