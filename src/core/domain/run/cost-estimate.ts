/** What a run has to do, before it does it. */
export interface PlannedWork {
  readonly rows: Readonly<Record<'create' | 'update' | 'delete', number>>;
  /** On top of the batches'. */
  readonly calls: number;
  /** To look at users before anything is written. */
  readonly lookups?: number;
}

/** What that costs in calls and time. */
export interface CostEstimate {
  /** Kind of call → number, with their sum as `total`. */
  readonly calls: Readonly<Record<string, number>> & { readonly total: number };
  readonly expectedMs: number;
  /** Which limit sets the time. */
  readonly limitedBy: string;
}
