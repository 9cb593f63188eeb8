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
import type { Lease } from '../../core/state/lease.ts';
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
  /** The schema of the Zendesk account: fetched now, or (if not online) the one that was fetched last. */
  readonly facts: DestinationSchema | undefined;
  /** Values of the mapping that fields of the destination do not accept. */
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
   * Fetch the metadata that mapping needs: of both sides, or of the source alone, with the last known schema of Zendesk. Not for
   * operations that only read the state.
   */
  readonly online: boolean | 'source';
  /** Continue although the mapping does not fit the destination's fields: for operations that show just that. */
  readonly allowInvalidMapping?: boolean;
  readonly sourceLimits?: RateLimits;
  /** In place of the machine's. */
  readonly clock?: Clock;
  /** In place of the connectors' own time-outs. */
  readonly replyMs?: number;
  readonly onFailpoint?: OnFailpoint;
  /** The run for which it is opened. If the run can't start, it is recorded as failed. */
  readonly run?: RunOptions['kind'];
  /** What is shared with the other pipelines of the process. */
  readonly budgets?: SharedResources;
  /** The lease of the destination account, where the caller has it for several runs. It stays the caller's. */
  readonly lease?: Lease;
}
