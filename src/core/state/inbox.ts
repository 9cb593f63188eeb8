import type { PipelineId } from '../domain/pipeline.ts';
import type { Change } from '../domain/webhook.ts';

/** Changes that were received and that no run has read yet. */
export interface PendingChanges {
  /** Keys to read, each once, in the order in which they were first received. At most `limit`. */
  readonly changed: readonly string[];
  /** How many keys wait in all. */
  readonly keys: number;
  /** Whether some of them are reported as gone: only an incremental sync can tell. */
  readonly gone: boolean;
  /** The latest event, as a position in the order of arrival. 0 if nothing waits. */
  readonly upTo: number;
}

/**
 * Changes that a source has reported, kept until a run has processed them. Anybody may add to it at any time, also while another
 * process runs: it takes no lease.
 */
export interface Inbox {
  /** On disk when it resolves. An event that was received before, processed or not, changes nothing and is not counted in `added`. */
  addChanges(
    pipeline: PipelineId,
    changes: readonly Change[],
    at: number,
  ): Promise<{ readonly added: number; readonly upTo: number }>;
  /** What waits behind the position `after`. */
  pendingChanges(
    pipeline: PipelineId,
    query: { readonly after: number; readonly limit: number },
  ): Promise<PendingChanges>;
  /** A run has read all that was received up to here. */
  acknowledgeChanges(pipeline: PipelineId, upTo: number, at: number): Promise<void>;
  /** Drops what was processed before `before`: from then on a repeat would be new. */
  pruneChanges(pipeline: PipelineId, before: number): Promise<void>;
}
