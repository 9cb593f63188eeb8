import type { Plan, RateFamily } from './account/rates.ts';

export interface ZendeskTwinOptions {
  /** Users that are there beforehand. */
  readonly users: number;
  readonly seed: number;
  readonly now: () => number;
  readonly plan: Plan;
  readonly rateFamily: RateFamily;
  readonly jobLatencyMs: number;
  readonly jobLatencySpreadMs: number;
  readonly jobsAtOnce: number;
  readonly bulkEnabled: boolean;
  readonly jobLimit: number;
  readonly tokenTtlSeconds: number;
}
