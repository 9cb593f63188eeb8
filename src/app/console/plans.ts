import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { type Json, toJson } from '../../core/domain/json.ts';
import { type PlanHead, planHeadSchema } from '../../core/plan/approval.ts';
import type { ConsoleStore } from '../../core/state/console/console-store.ts';
import { accountsOf } from '../accounts.ts';
import type { KeptPlan } from '../operations/review/kept-plan.ts';
import type { Settings } from '../settings.ts';
import type { Answer } from './api/index.ts';
import { planDocument } from './api/plans.ts';
import { Refusal } from './refusal.ts';
import { taskFrom } from './tasks/stored-task.ts';

export type PlanDocument = Answer<'getPlan'>;

/** Plans that wait for approval: what is shown of them, and what is needed to apply them. */
export interface Plans {
  save(
    pipeline: string,
    made: { readonly id: string; readonly by: string; readonly kept: KeptPlan; readonly settings: Settings },
  ): Promise<void>;
  find(id: string): Promise<PlanDocument | undefined>;
  list(query: {
    readonly before?: string | undefined;
    readonly pipeline?: string | undefined;
    readonly limit: number;
  }): Promise<readonly PlanDocument[]>;
  /** Marks it as being applied by this task: of several who ask, one gets it. Throws Refusal. */
  take(id: string, task: string): Promise<{ readonly head: PlanHead; readonly changes: number }>;
  /** By the run, or not after all: then it is ready again. */
  ended(id: string, run: string | null): Promise<void>;
  drop(id: string): Promise<void>;
}

/** Which task applies it, and since when. */
const applying = z.object({ task: z.string(), since: z.number() });
const stored = z.object({
  plan: planDocument,
  head: planHeadSchema,
  changes: z.number(),
  applying: applying.exactOptional(),
});
type Stored = z.infer<typeof stored>;

/** A task is kept once it has the lease: until then, nobody sees whether it lives. */
const startMs = 60_000;

export function createPlans({ store, clock }: { readonly store: ConsoleStore; readonly clock: Clock }): Plans {
  async function read(id: string): Promise<{ readonly found: Stored; readonly value: Json } | undefined> {
    const document = await store.document('plan', id);
    const found = stored.safeParse(document?.value).data;
    return document && found && { found, value: document.value };
  }

  /** A plan whose task died with its process is ready again: what it had written by then is skipped as `drifted`. */
  async function current({ plan, applying: by }: Stored): Promise<PlanDocument> {
    if (plan.state !== 'applying' || !by) return plan;
    const document = await store.document('task', by.task);
    const task = document && taskFrom(document.value, clock.now());
    const isOver = task ? task.state !== 'running' : clock.now() - by.since > startMs;
    return isOver ? { ...plan, state: 'ready' } : plan;
  }

  async function change(
    id: string,
    { task, ...changes }: Partial<PlanDocument> & { readonly task?: string },
  ): Promise<boolean> {
    const before = await read(id);
    if (!before) return false;
    const { found, value } = before;
    const next = toJson({
      ...found,
      plan: { ...found.plan, ...changes },
      ...(task !== undefined && { applying: { task, since: clock.now() } }),
    });
    return await store.replaceDocument({ kind: 'plan', id, pipeline: found.plan.pipeline, value: next }, value);
  }

  return {
    async save(pipeline, { id, by, kept, settings }) {
      const { head, counts, changes, estimate, report } = kept;
      const { source, destination } = accountsOf(settings);
      const plan: PlanDocument = {
        id,
        pipeline,
        by,
        createdAt: new Date(clock.now()).toISOString(),
        state: report.error || report.outcome === 'paused' || report.outcome === 'failed' ? 'not-whole' : 'ready',
        run: null,
        counts: { ...counts },
        estimate: { ...estimate, calls: { ...estimate.calls } },
        outcome: report.outcome,
        warnings: report.warnings.map((warning) => ({ ...warning })),
        ...(report.error && { error: failureOf(report.error) }),
        skips: { ...report.skips },
        accounts: { source: source.label, destination: destination.label },
      };
      await store.saveDocument({ kind: 'plan', id, pipeline, value: toJson({ plan, head, changes }) });
    },
    async find(id) {
      const known = await read(id);
      return known && (await current(known.found));
    },
    async list(query) {
      const documents = await store.documents('plan', query);
      const known = documents.flatMap(({ value }) => stored.safeParse(value).data ?? []);
      return await Promise.all(known.map(current));
    },
    async take(id, task) {
      const before = await read(id);
      if (!before) throw new Refusal(404, 'no-plan', `There is no plan ${id}.`, 'Make a new one.');
      const { head, changes } = before.found;
      const plan = await current(before.found);
      if (plan.state === 'not-whole')
        throw new Refusal(409, 'not-whole', 'The plan is not whole: its dry run failed.', 'Make a new one.');
      if (plan.state !== 'ready' || !(await change(id, { state: 'applying', task })))
        throw new Refusal(409, 'applied', 'The plan is being applied, or was applied.', 'Make a new one.');
      return { head, changes };
    },
    async ended(id, run) {
      await change(id, run === null ? { state: 'ready' } : { state: 'applied', run });
    },
    drop: (id) => store.dropDocument('plan', id),
  };
}

function failureOf({
  code,
  message,
  hint,
}: NonNullable<KeptPlan['report']['error']>): NonNullable<PlanDocument['error']> {
  return { code, message, ...(hint !== undefined && { hint }) };
}
