import { assert } from './assert.ts';
import { checkNoRecordLost } from './checks/changing.ts';
import type { Check } from './checks/check.ts';
import { exampleCheck } from './checks/example.ts';
import { checkPermanentFailure, faultChecks } from './checks/faults.ts';
import { checkMemory } from './checks/memory.ts';
import { keepsOddFieldsToTheirRecord } from './checks/odd-fields.ts';
import { checkIdentity, checkRecords } from './checks/records.ts';
import { checkResume } from './checks/resuming.ts';
import { checkNoSecretLeak } from './checks/secrets.ts';
import { rejectsWrongShapes } from './checks/shapes.ts';
import { readsSteadily } from './checks/steady.ts';
import { checkAbort } from './checks/stopping.ts';
import { refreshesOnce } from './checks/tokens.ts';
import { type NamedCheck, runChecks, type Skips, type TestFunction } from './run-checks.ts';
import type { SourceTwin } from './source-twin.ts';
import { type TrialOptions, withTestContext } from './test-context.ts';

export interface SourceSuite<T extends SourceTwin> extends TrialOptions<T> {
  /** `test` of vitest, node:test or any other runner. */
  readonly test: TestFunction;
  /** Name of a check → why it does not apply. A check that the twin can't serve fails unless it is named here. */
  readonly skip?: Skips;
  /**
   * A configuration as its user would write it, in YAML: tried with the keys of `config` in place of its own. Left out: there
   * is no such check.
   */
  readonly example?: string | URL;
}

/** Holds a source to everything that the pipeline relies on: a test for each check, by its name. */
export function testSource<T extends SourceTwin>({ test, skip = {}, example, ...options }: SourceSuite<T>): void {
  const examples = example === undefined ? [] : [exampleCheck(options, example)];
  runChecks({ test, skip, checks: [...sourceChecks(options), ...examples] });
}

/** The checks of a source as plain functions. */
export function sourceChecks<T extends SourceTwin>(options: TrialOptions<T>): readonly NamedCheck[] {
  return all.map(({ name, pages, lacks, run }) => ({
    name,
    run: () =>
      withTestContext(options, pages, async (testContext) => {
        const lack = lacks?.(testContext);
        assert(lack === undefined, `${lack} Give it that, or say under skip why the check does not apply.`);
        await run(testContext);
      }),
  }));
}

const all: readonly Check[] = [
  checkIdentity,
  checkRecords,
  readsSteadily,
  checkResume,
  checkNoRecordLost,
  checkAbort,
  refreshesOnce,
  rejectsWrongShapes,
  keepsOddFieldsToTheirRecord,
  ...faultChecks(),
  checkPermanentFailure,
  checkNoSecretLeak,
  checkMemory,
];
