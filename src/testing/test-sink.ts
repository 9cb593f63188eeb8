import { allSinkChecks } from './checks/sink.ts';
import { type NamedCheck, runChecks, type Skips, type TestFunction } from './run-checks.ts';
import { type SinkTrialOptions, type SinkTwin, withSinkTrial } from './sink-trial.ts';

export interface SinkSuite<C, P, T extends SinkTwin> extends SinkTrialOptions<C, P, T> {
  /** `test` of vitest, node:test or any other runner. */
  readonly test: TestFunction;
  /** Name of a check → why it does not apply. */
  readonly skip?: Skips;
}

/** Holds a sink to the protocol between it and the pipeline: a test for each check, by its name. */
export function testSink<C, P, T extends SinkTwin>({ test, skip = {}, ...options }: SinkSuite<C, P, T>): void {
  runChecks({ test, skip, checks: sinkChecks(options) });
}

/** The checks of a sink as plain functions. */
export function sinkChecks<C, P, T extends SinkTwin>(options: SinkTrialOptions<C, P, T>): readonly NamedCheck[] {
  return allSinkChecks.map(({ name, run }) => ({
    name,
    run: () => withSinkTrial(options, (testContext) => run(testContext)),
  }));
}
