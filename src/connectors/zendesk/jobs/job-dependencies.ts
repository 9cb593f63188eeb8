import type { Clock } from '../../../core/clock.ts';
import type { Logger } from '../../../core/domain/log.ts';
import type { OnFailpoint } from '../../../core/failpoints.ts';
import type { RateLimiter } from '../../../core/http/rate-limiter.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { LostReplies } from '../write/ambiguous-writes.ts';
import type { JobGate } from './job-gate.ts';
import type { JobTracker } from './job-tracker.ts';

/** What is needed to send a bulk request and to follow its job to the end. */
export interface JobDependencies {
  readonly api: ZendeskApi;
  readonly tracker: JobTracker;
  readonly gate: JobGate;
  readonly ambiguousWrites: LostReplies;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onFailpoint: OnFailpoint;
  /** Updates of organizations have a separate budget. */
  readonly organizationUpdates: RateLimiter;
  /**
   * Whether writes go through bulk jobs. Switched off for good once Zendesk refuses them, if the configuration allows
   * that.
   */
  readonly bulk: { allowed(): boolean; refused(): void };
}
