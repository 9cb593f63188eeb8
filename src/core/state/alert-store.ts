import type { Json } from '../domain/json.ts';
import type { PipelineId } from '../domain/pipeline.ts';

/** What is remembered of one rule. */
export interface RuleState {
  readonly rule: string;
  readonly memory: Json;
  /** Since when the incident is open. Absent: there is none. */
  readonly openSince?: number;
}

export interface NewMessage {
  readonly target: string;
  readonly message: Json;
  readonly at: number;
}

export interface QueuedMessage extends NewMessage {
  readonly id: number;
  readonly attempts: number;
  readonly dueAt: number;
}

/** Incidents and what is still to be sent about them. Takes no lease: alerts work also while another process runs. */
export interface AlertStore {
  ruleStates(pipeline: PipelineId): Promise<readonly RuleState[]>;
  /** In one transaction: an incident is never on record without its messages, nor the other way round. */
  saveRules(
    pipeline: PipelineId,
    changes: { readonly rules: readonly RuleState[]; readonly messages: readonly NewMessage[] },
  ): Promise<void>;
  /** In the order in which they were queued. */
  queuedMessages(pipeline: PipelineId): Promise<readonly QueuedMessage[]>;
  postponeMessage(id: number, next: { readonly attempts: number; readonly dueAt: number }): Promise<void>;
  dropMessage(id: number): Promise<void>;
}
