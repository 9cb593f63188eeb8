import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createPlans, type PlanDocument } from '../../../src/app/console/plans.ts';
import { storedTask } from '../../../src/app/console/tasks/stored-task.ts';
import { createSqliteBackend } from '../../../src/core/state/sqlite/backend.ts';
import { ownFolder } from '../../kit/folder.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const minuteMs = 60_000;

const plan = {
  id: 'p1',
  pipeline: 'customers',
  by: 'olga',
  createdAt: '2026-11-27T08:00:00.000Z',
  state: 'ready',
  run: null,
  counts: { create: 1, update: 0, adopt: 0, unchanged: 0, deactivate: 0, skip: 0, conflict: 0, reject: 0 },
  estimate: { calls: { total: 1 }, expectedMs: 1, limitedBy: 'jobs' },
  outcome: 'completed',
  warnings: [],
  skips: {},
  accounts: { source: 'QuickBooks', destination: 'Zendesk' },
} satisfies PlanDocument;

const head = {
  rolodeskPlan: 1,
  identity: {
    name: 'customers',
    sourceConnector: 'quickbooks',
    sourceOrigin: '',
    sourceAccount: '',
    destinationOrigin: '',
  },
  fingerprint: '',
  createdAt: plan.createdAt,
  from: null,
  to: null,
  held: false,
};

/** A plan that is ready, and a way to say that a task works, as its process does. */
async function withPlan() {
  const time = createTestClock({ moves: 'by-hand' });
  const { clock } = time;
  const store = await createSqliteBackend(join(ownFolder(), 'state.db')).openConsole({ clock });
  onTestFinished(async () => await store.close());
  await store.saveDocument({ kind: 'plan', id: 'p1', pipeline: 'customers', value: { plan, head, changes: 1 } });
  const works = async (id: string) =>
    await store.saveDocument({
      kind: 'task',
      id,
      pipeline: 'customers',
      value: storedTask(
        {
          ...{ id, pipeline: 'customers', kind: 'apply', by: 'olga', state: 'running', startedAt: plan.createdAt },
          ...{ finishedAt: null, progress: null, result: null, error: null },
        },
        clock.now(),
      ),
    });
  return { plans: createPlans({ store, clock }), time, works };
}

test('of two tasks that would apply a plan one gets it', async () => {
  const { plans } = await withPlan();
  await plans.take('p1', 'one');
  await expect(plans.take('p1', 'two')).rejects.toMatchObject({ status: 409, code: 'applied' });
});

test('a plan stays with its task while that says that it is at work, and is ready again when it has died', async () => {
  const { plans, time, works } = await withPlan();
  await plans.take('p1', 'one');
  time.pass(minuteMs / 2);
  await works('one');
  time.pass(minuteMs - 1);
  expect(await plans.find('p1')).toMatchObject({ state: 'applying' });
  time.pass(2);
  expect(await plans.find('p1')).toMatchObject({ state: 'ready' });
  expect(await plans.list({ limit: 10 })).toMatchObject([{ state: 'ready' }]);
  await plans.take('p1', 'two');
  await works('two');
  await expect(plans.take('p1', 'three')).rejects.toMatchObject({ code: 'applied' });
});

test('a plan whose task died before it had begun is ready again after a minute', async () => {
  const { plans, time } = await withPlan();
  await plans.take('p1', 'one');
  time.pass(minuteMs);
  expect(await plans.find('p1')).toMatchObject({ state: 'applying' });
  time.pass(1);
  await plans.take('p1', 'two');
});
