import type { Clock } from './clock.ts';
import type { CredentialStore } from './domain/credential-store.ts';
import type { Logger } from './domain/log.ts';
import type { OnFailpoint } from './failpoints.ts';
import type { RateLimits } from './http/rate-limits.ts';
import type { SharedResources } from './http/shared-resources.ts';

export interface ConnectorOptions<C> {
  readonly config: C;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Gives the redactor a secret that was not in the configuration, such as a rotated token. */
  readonly onSecret: (secret: string) => void;
  /** In place of the connector's own limits. */
  readonly limits?: RateLimits;
  /** How long a reply may be on its way, in place of the connector's own time-out. */
  readonly replyMs?: number;
  /** Called after every step. */
  readonly onFailpoint?: OnFailpoint;
  /** What is shared with the other pipelines of the process. Absent: there is none. */
  readonly budgets?: SharedResources;
}
