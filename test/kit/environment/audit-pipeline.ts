import type { TestEnvironment } from './test-environment.ts';

/** An audit of the test’s pipeline, with its entries read to the end. */
export async function auditPipeline(it: Pick<TestEnvironment, 'pipeline'>) {
  await using pipeline = await it.pipeline();
  const audit = await pipeline.audit();
  return { ...audit, entries: [...audit.entries()] };
}
