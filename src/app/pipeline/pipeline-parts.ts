import type { ZendeskUser } from '../../connectors/zendesk/user.ts';
import type { Clock } from '../../core/clock.ts';
import type { Problem } from '../../core/config/config-file.ts';
import type { CallContext } from '../../core/domain/context.ts';
import type { CredentialStore } from '../../core/domain/credential-store.ts';
import type { DestinationSchema } from '../../core/domain/field-schema.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { OnFailpoint } from '../../core/failpoints.ts';
import type { RateLimits } from '../../core/http/rate-limits.ts';
import type { SharedResources } from '../../core/http/shared-resources.ts';
import type { Pipeline, RunOptions } from '../../core/pipeline/types.ts';
import type { ZendeskMapper } from '../../mappers/create-mapper.ts';
import type { RecordData } from '../../mappers/mapping.ts';
import type { Host } from '../host.ts';
import type { Settings } from '../settings.ts';

export type CustomerPipeline = Pipeline<RecordData, ZendeskUser>;

export interface PipelineParts {
  readonly settings: Settings;
  readonly pipeline: CustomerPipeline;
  readonly mapper: ZendeskMapper;
  /** Paths of a record that the mapping reads. */
  readonly uses: readonly string[];
  /** What Zendesk's account has, as it says now or (where it was not asked) said last. */
  readonly facts: DestinationSchema | undefined;
  /** What the mapping says that the destination's fields do not take. */
  readonly invalidValues: readonly Problem[];
  readonly context: CallContext;
  readonly credentials: CredentialStore;
  close(): Promise<void>;
}

/** What an operation asks for. */
export interface OpenOptions {
  readonly settings: Settings;
  readonly host: Host;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Take the lease: for operations that write. */
  readonly write: boolean;
  /**
   * Ask for facts that mapping needs: of both sides, or of the source alone, taking what Zendesk reported last. Not for
   * operations that only read the state.
   */
  readonly online: boolean | 'source';
  /** Go on although the mapping does not fit the destination's fields: for operations that show just that. */
  readonly allowInvalidMapping?: boolean;
  readonly sourceLimits?: RateLimits;
  /** In place of the machine's. */
  readonly clock?: Clock;
  /** In place of the connectors' own time-outs. */
  readonly replyMs?: number;
  readonly onFailpoint?: OnFailpoint;
  /** The run that it is opened for: when it can't begin, it is recorded as one that failed. */
  readonly run?: RunOptions['kind'];
  /** What is shared with the other pipelines of the process. */
  readonly budgets?: SharedResources;
}
