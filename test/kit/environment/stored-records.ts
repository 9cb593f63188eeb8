import type { TestEnvironment } from './create-environment.ts';

/** What the library's pipeline shows of its state. */

/** The user that a customer is linked to. */
export async function linkOf(it: Pick<TestEnvironment, 'pipeline'>, key: string) {
  await using pipeline = await it.pipeline();
  return (await pipeline.showCustomer(key)).link;
}

/** The newest run, also one that is in progress or was killed. */
export async function lastRun(it: Pick<TestEnvironment, 'pipeline'>) {
  await using pipeline = await it.pipeline();
  const [run] = await pipeline.runs({ limit: 1 });
  return run;
}

/** The results of a run that are still kept. What stayed as it was is only counted. */
export async function resultsOf(it: Pick<TestEnvironment, 'pipeline'>, run: string) {
  await using pipeline = await it.pipeline();
  return Object.values((await pipeline.show(run)).records).flat();
}

export async function statusOf(it: Pick<TestEnvironment, 'pipeline'>) {
  await using pipeline = await it.pipeline();
  return await pipeline.status();
}
