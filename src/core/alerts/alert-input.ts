import type { Json } from '../domain/json.ts';
import type { RunReport } from '../domain/run/run-report.ts';

/** What a rule is given. No customer data. */
export type AlertInput =
  | {
      readonly kind: 'ended';
      readonly at: number;
      readonly report: Pick<RunReport, 'outcome' | 'tallies' | 'error' | 'warnings'>;
      /** By choice everything was read, or a few customers: such a run says nothing about others. */
      readonly reads: 'changes' | 'everything' | 'some';
    }
  | {
      readonly kind: 'refused';
      readonly at: number;
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
    }
  | { readonly kind: 'tick'; readonly at: number };

export interface Expiry {
  /** Such as `the refresh token of QuickBooks`. */
  readonly what: string;
  readonly at: number;
}

/** How things stand while it happens. */
export interface AlertContext {
  readonly rejectsWaiting: number;
  readonly deactivationsHeld: number;
  readonly expiries: readonly Expiry[];
  /** Runs that were due behind `from` and up to `to`, as far as they need counting: at most `enough`. 0 without a schedule. */
  due(from: number, to: number, enough: number): number;
}

/** `unknown`: this says nothing about it, neither that it began nor that it is over. */
export interface RuleEvaluation {
  readonly verdict: 'wrong' | 'well' | 'unknown';
  /** What the rule wants to know the next time. */
  readonly memory: Json;
  /** What is wrong, as one clause. Present with `wrong`. */
  readonly what?: string;
}

export interface Given {
  readonly memory: Json;
  readonly occurrence: AlertInput;
  readonly facts: AlertContext;
}

export function isSuccess({ outcome }: { readonly outcome: string }): boolean {
  return outcome === 'completed' || outcome === 'held';
}
