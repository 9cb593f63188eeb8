import { join } from 'node:path';
import type { PlanOptions } from '../../../src/app/operations/plan.ts';
import type { TestEnvironment } from './create-environment.ts';

/** A plan, its changes read to the end, and saved where a sync can carry it out. */
export async function planned(
  it: Pick<TestEnvironment, 'pipeline' | 'folder'>,
  options: PlanOptions = {},
  name = 'plan.json',
) {
  await using pipeline = await it.pipeline();
  const plan = await pipeline.plan(options);
  const path = join(it.folder, name);
  await plan.save(path);
  return { path, counts: plan.counts, report: plan.report, changes: await Array.fromAsync(plan.changes()) };
}
