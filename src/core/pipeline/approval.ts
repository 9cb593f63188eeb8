import { defined } from '../defined.ts';
import type { Result } from '../domain/result.ts';
import type { Delivery, RowOutcome } from '../domain/write.ts';
import type { InFlightWrite, Run } from './run-state.ts';

/** The result of a record that no longer matches the plan. The next sync takes it up. */
export const driftedFromPlan = {
  outcome: 'skipped',
  code: 'drifted',
  message: 'The customer or its user has changed since the plan was made. Nothing was written.',
  pending: { due: true },
} as const;

/**
 * With a plan, a run writes only what the plan contains: the same fields, from the same old values, to the same user.
 */
export function isApproved<T, P>(
  { options: { plan }, pipeline }: Run<T, P>,
  delivery: Delivery<P>,
  recordAs: InFlightWrite<P>['recordAs'],
): boolean {
  if (!plan) return true;
  const { outcome } = pipeline.sink.simulate(delivery);
  const result = resultOf(outcome, recordAs);
  return plan.approves(delivery.key, result && { ...result, key: delivery.key, at: 0 });
}

/** The final result of a record whose write had this outcome. Undefined: the record has no final result yet. */
export function resultOf<P>(
  outcome: RowOutcome,
  recordAs: InFlightWrite<P>['recordAs'],
): Omit<Result, 'key' | 'at'> | undefined {
  switch (outcome.kind) {
    case 'written': {
      const { link, changes, code, previousLastSent } = outcome;
      const detail = {
        destinationId: link.destinationId,
        ...defined({ changes, previousLastSent }),
      };
      if (!recordAs) return { outcome: outcome.outcome, ...defined({ code }), ...detail };
      const { email: _, ...skip } = recordAs;
      return { ...skip, ...detail };
    }
    case 'refused': {
      const { code, message, link, changes, previousLastSent } = outcome;
      const detail = { changes, ...defined({ previousLastSent }) };
      const written = changes && link ? { destinationId: link.destinationId, ...detail } : {};
      return { outcome: 'rejected', code, message, ...written };
    }
    case 'skipped':
      return { outcome: 'skipped', code: outcome.reason, message: outcome.message };
    case 'unknown-cause':
    case 'redecide':
    case 'not-written':
      return undefined;
    default:
      return outcome satisfies never;
  }
}
