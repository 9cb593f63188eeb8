import type { TestContext } from '../test-context.ts';

/** One thing that every source must do, tried on a trial of its own. */
export interface Check {
  readonly name: string;
  /** Pages that the twin holds. */
  readonly pages: number;
  /** What the twin lacks for it, as one sentence; undefined when it has all. */
  lacks?(testContext: TestContext): string | undefined;
  run(testContext: TestContext): Promise<void>;
}

/** For checks that need an API between whose replies and the source something can be put. */
export function lacksApi({ proxy }: TestContext): string | undefined {
  return proxy ? undefined : 'The twin serves no API (it has no url).';
}
