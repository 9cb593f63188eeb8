import { z } from 'zod';
import { ConfigError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { PipelineIdentity } from '../domain/pipeline.ts';
import type { Cursor } from '../domain/record.ts';
import type { ApprovedPlan } from '../pipeline/types.ts';
import type { Plan } from './make-plan.ts';
import { digestOf, type PlannedChange, toPlannedChange } from './planned-change.ts';

/** Of what stands before the changes of a plan that is kept. */
const version = 1;
const json: z.ZodType<Json> = z.json();

export const planHeadSchema = z.looseObject({
  rolodeskPlan: z.literal(version),
  identity: z.object({
    name: z.string(),
    sourceConnector: z.string(),
    sourceOrigin: z.string(),
    sourceAccount: z.string(),
    destinationOrigin: z.string(),
  }),
  fingerprint: z.string(),
  createdAt: z.string(),
  from: json,
  to: json,
  held: z.boolean(),
});
export type PlanHead = z.infer<typeof planHeadSchema>;

/** What a plan was made for. It is carried out for the same, or not at all. */
export interface PlanSubject {
  readonly identity: PipelineIdentity;
  readonly fingerprint: string;
}

/** What is kept of a plan before its changes. Holds no customer data. */
export function planHead(
  { counts, estimate, from, to, report }: Pick<Plan, 'counts' | 'estimate' | 'from' | 'to' | 'report'>,
  { identity, fingerprint, createdAt }: PlanSubject & { readonly createdAt: string },
) {
  return {
    rolodeskPlan: version,
    identity,
    fingerprint,
    createdAt,
    from,
    to,
    held: report.outcome === 'held',
    counts,
    ...estimate,
  } as const;
}

/** Makes of a plan that was kept what a run carries out. Throws ConfigError where it was made for something else. */
export function createApproval(head: PlanHead, subject: PlanSubject) {
  assertMatches(head, subject);
  const keys: string[] = [];
  const digests = new Map<string, { readonly digest: string; readonly writes: boolean }>();
  return {
    /** In the order of the plan. */
    add(change: PlannedChange): void {
      keys.push(change.key);
      const writes = Object.keys(change.fields).length > 0;
      digests.set(change.key, { digest: digestOf(change), writes });
    },
    count: (): number => keys.length,
    approved: (): ApprovedPlan => ({
      keys,
      // JSON as it was written.
      from: head.from as Cursor,
      to: head.to as Cursor,
      held: head.held,
      approves(key, result) {
        const planned = digests.get(key);
        if (!planned) return false;
        return result ? digestOf(toPlannedChange(result)) === planned.digest : planned.writes;
      },
    }),
  };
}

function assertMatches(head: PlanHead, { identity, fingerprint }: PlanSubject): void {
  const advice = { hint: 'Make a new plan.', remedy: { kind: 'make-plan' } } as const;
  for (const [name, value] of Object.entries(identity)) {
    const planned = Object.entries(head.identity).find(([other]) => other === name)?.[1];
    if (planned !== value)
      throw new ConfigError(`The plan was made for another ${name}: ${planned}, not ${value}.`, advice);
  }
  if (head.fingerprint !== fingerprint)
    throw new ConfigError('The mapping, filter or a policy has changed since the plan was made.', advice);
}
