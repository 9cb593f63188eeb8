import { onTestFinished } from 'vitest';
import { createStage, type Rehearsal, type StageOptions } from './stage.ts';

export * from './pictures.ts';
export type { Rehearsal };

/** A sandbox and a configuration in a folder of its own, all gone when the test is. */
export async function rehearse(options: StageOptions = {}): Promise<Rehearsal> {
  const { close, ...rehearsal } = await createStage(options);
  onTestFinished(close);
  return rehearsal;
}
