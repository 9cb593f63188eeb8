import { onTestFinished } from 'vitest';
import { createEnvironment, type EnvironmentOptions, type TestEnvironment } from './create-environment.ts';

export * from './snapshots.ts';
export type { TestEnvironment };

/** A sandbox and a configuration in a folder of its own, all gone when the test is. */
export async function startTestEnvironment(options: EnvironmentOptions = {}): Promise<TestEnvironment> {
  const { close, ...environment } = await createEnvironment(options);
  onTestFinished(close);
  return environment;
}
