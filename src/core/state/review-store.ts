import type { Json } from '../domain/json.ts';
import type { PipelineId } from '../domain/pipeline.ts';
import type { Outcome } from '../domain/result.ts';

/** What people ask when they look through runs, rejects and plans page by page. */
export interface ReviewStore {
  /** What became of the records of a run, by outcome and code: the most first. Unchanged ones are not stored. */
  reasons(run: string): Promise<readonly ReasonCount[]>;
  /** Dead letters by code. */
  rejectCounts(pipeline: PipelineId): Promise<Readonly<Record<string, number>>>;
  /** Keys of customers that match, in order. What is compared with a name is the text as it is stored: see `findCustomers`. */
  customerKeys(
    pipeline: PipelineId,
    query: { readonly search: CustomerSearch; readonly after: string; readonly limit: number },
  ): Promise<readonly string[]>;

  /** A plan that waits for approval. Its changes are customer data, and `eraseCustomer` removes those of the customer. */
  addPlanChanges(pipeline: PipelineId, plan: string, changes: readonly PlannedRow[]): Promise<void>;
  /** In the order of the plan, behind this position. */
  planChanges(
    pipeline: PipelineId,
    plan: string,
    query: { readonly action?: string | undefined; readonly after: number; readonly limit: number },
  ): Promise<readonly PlannedRow[]>;
  dropPlan(pipeline: PipelineId, plan: string): Promise<void>;
}

export interface ReasonCount {
  readonly outcome: Outcome;
  readonly code: string | undefined;
  readonly count: number;
  /** Of these, writes that deleted their user. */
  readonly deleted: number;
}

/** `ids`: a key or the id of a user, whole. `text`: also what stands anywhere in what was sent, or in a record that waits. */
export type CustomerSearch =
  | { readonly kind: 'all' }
  | { readonly kind: 'ids'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };

export interface PlannedRow {
  readonly position: number;
  readonly key: string;
  readonly action: string;
  readonly value: Json;
}
