import { onTestFinished } from 'vitest';
import { createCommandContext, type StageOptions, type TestEnvironment } from './create-environment.ts';

export * from './snapshots.ts';
export type { TestEnvironment };

/** A sandbox and a configuration in a folder of its own, all gone when the test is. */
export async function startTestEnvironment(options: StageOptions = {}): Promise<TestEnvironment> {
  const { close, ...environment } = await createCommandContext(options);
  onTestFinished(close);
  return environment;
}
