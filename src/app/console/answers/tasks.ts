import { keptChanges } from '../../operations/review/kept-plan.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Plans } from '../plans.ts';
import { Refusal } from '../refusal.ts';
import type { Handlers } from '../router/handlers.ts';
import type { Task } from '../tasks/task.ts';
import { visibleTask } from '../tasks/visible-task.ts';
import { workOn } from '../tasks/work.ts';
import { pageOf } from './documents.ts';
import { changeDocument } from './plans.ts';

type TaskHandlers = Pick<Handlers, 'startTask' | 'listTasks' | 'getTask' | 'cancelTask'>;

const shownSteps = 100;

export function taskHandlers(context: ConsoleContext, plans: Plans): TaskHandlers {
  const { tasks, pipelines, feed } = context;

  /** With the first steps of the plan of an undo, which are kept apart. */
  async function withSteps(task: Task): Promise<Task> {
    const { result } = task;
    if (result?.kind !== 'undo-plan') return task;
    const operation = await pipelines.context(task.pipeline);
    const found = await keptChanges(operation, task.id, { after: 0, limit: shownSteps });
    return { ...task, result: { ...result, steps: found.map(({ change }) => changeDocument(change)) } };
  }

  return {
    async startTask({ path: { pipeline }, body, caller }) {
      pipelines.find(pipeline);
      if (body.kind === 'apply') await assertPlanOf(plans, { id: body.plan, pipeline });
      const started = await tasks.start({
        pipeline,
        kind: body.kind,
        by: caller.name,
        async work(task) {
          const result = await workOn(context, plans, { pipeline, request: body, by: caller.name, task });
          await feed.publish([{ kind: 'changed', pipeline }]);
          return result;
        },
      });
      return started;
    },
    async listTasks({ query: { cursor, limit, pipeline }, caller }) {
      const found = await tasks.list({ before: cursor, pipeline, limit: limit + 1 });
      return pageOf(found, limit, { cursor: ({ id }) => id, document: (task) => visibleTask(task, caller.role) });
    },
    async getTask({ path, caller }) {
      const task = await tasks.find(path.task);
      if (task) return visibleTask(await withSteps(task), caller.role);
      throw new Refusal(404, 'no-task', `There is no task ${path.task}.`, 'Tasks are kept for a week.');
    },
    async cancelTask({ path }) {
      await tasks.cancel(path.task);
      return {};
    },
  };
}

async function assertPlanOf(
  plans: Plans,
  { id, pipeline }: { readonly id: string; readonly pipeline: string },
): Promise<void> {
  const plan = await plans.find(id);
  if (plan?.pipeline === pipeline) return;
  throw new Refusal(404, 'no-plan', `The pipeline ${pipeline} has no plan ${id}.`, 'Make a new one.');
}
