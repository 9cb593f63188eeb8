import { defined } from '../../../core/defined.ts';
import type { PlannedChange } from '../../../core/plan/planned-change.ts';
import { urlsOf } from '../../accounts.ts';
import { dropKeptPlan, keptChanges } from '../../operations/review/kept-plan.ts';
import type { Answer } from '../api/index.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { PlanDocument, Plans } from '../plans.ts';
import { Refusal } from '../refusal.ts';
import type { Handlers } from '../router/handlers.ts';
import { changesDocument, pageOf, urlsDocument } from './documents.ts';

type PlanHandlers = Pick<Handlers, 'listPlans' | 'getPlan' | 'listPlanChanges' | 'discardPlan'>;

export function planHandlers({ pipelines }: ConsoleContext, plans: Plans): PlanHandlers {
  async function find(id: string): Promise<PlanDocument> {
    const plan = await plans.find(id);
    if (plan) return plan;
    throw new Refusal(
      404,
      'no-plan',
      `There is no plan ${id}.`,
      'It was discarded, or is older than a week. Make a new one.',
    );
  }
  return {
    async listPlans({ query: { cursor, limit, pipeline } }) {
      const found = await plans.list({ before: cursor, pipeline, limit: limit + 1 });
      return pageOf(found, limit, { cursor: ({ id }) => id, document: (plan) => plan });
    },
    getPlan: ({ path }) => find(path.plan),
    async listPlanChanges({ path, query: { cursor, limit, action }, request }) {
      const plan = await find(path.plan);
      const context = await pipelines.context(plan.pipeline, { signal: request.signal });
      const after = cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0;
      const found = await keptChanges(context, plan.id, { action, after, limit: limit + 1 });
      return pageOf(found, limit, {
        cursor: ({ position }) => String(position),
        document: ({ change, name, blockedByUserId }) => ({
          ...changeDocument(change),
          ...defined({ name, blockedByUserId }),
          urls: urlsDocument(
            urlsOf(context.settings, { key: change.key, destinationId: change.destinationId ?? blockedByUserId }),
          ),
        }),
      });
    },
    async discardPlan({ path }) {
      const plan = await find(path.plan);
      if (plan.state === 'applying')
        throw new Refusal(409, 'applying', 'The plan is being applied.', 'Wait for the run to end.');
      await dropKeptPlan(await pipelines.context(plan.pipeline), plan.id);
      await plans.drop(plan.id);
      return {};
    },
  };
}

/** As `plan --json` prints it. */
export function changeDocument({
  key,
  action,
  code,
  message,
  detail,
  destinationId,
  fields,
}: PlannedChange): Omit<Answer<'listPlanChanges'>['items'][number], 'urls' | 'name' | 'blockedByUserId'> {
  return { key, action, ...defined({ code, message, detail, destinationId }), fields: changesDocument(fields) };
}
