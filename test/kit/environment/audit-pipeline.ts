import type { TestEnvironment } from './test-environment.ts';

/** An audit of the rehearsal, with its entries read to the end. */
export async function audited(it: Pick<TestEnvironment, 'pipeline'>) {
  await using pipeline = await it.pipeline();
  const audit = await pipeline.audit();
  return { ...audit, entries: [...audit.entries()] };
}
