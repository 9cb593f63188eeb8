import { AssertionError } from 'node:assert';
import type { Page } from '../../core/domain/record.ts';
import { assert, describe } from '../assert.ts';
import { type Mutant, middleRecord, mutantsOf } from '../mutants.ts';
import type { TestContext } from '../test-context.ts';
import { type Check, lacksApi } from './check.ts';

/**
 * Types drift: one odd field of one record never ends a run. The record comes, or is left out with a warning; and while one
 * is left out, the scan does not say that it has shown everybody.
 */
export const keepsOddFieldsToTheirRecord: Check = {
  name: 'keeps an odd field to its record',
  pages: 1,
  lacks: lacksApi,
  async run(testContext) {
    const { proxy } = testContext;
    if (!proxy) return;
    const record = middleRecord(await proxy.observe(() => readAll(testContext)), testContext.twin.keys());
    assert(record !== undefined, 'No reply of the twin holds a list of records in JSON, each with its key.');
    // A record without its identity is another check's matter.
    for (const mutant of mutantsOf(record, { but: testContext.twin.keys() })) {
      proxy.mutate(mutant);
      await assertOthers(testContext, mutant);
    }
    proxy.mutate(undefined);
  },
};

async function assertOthers(testContext: TestContext, { kind, path }: Mutant): Promise<void> {
  const what = `With ${kind} ${path.join('.')} in one record`;
  const before = testContext.warnings.length;
  const pages = await readAll(testContext).catch((error: unknown): never => {
    throw new AssertionError({
      message: `${what} the whole read ended: ${describe(error)}.`,
      stackStartFn: assertOthers,
    });
  });
  const keys = new Set(pages.flatMap(({ records }) => records.map(({ key }) => key)));
  const expected = testContext.twin.keys();
  const missing = expected.filter((key) => !keys.has(key));
  assert(missing.length <= 1, `${what} ${missing.length} records are missing.`);
  // Its identity itself may be what was changed: then it is another record.
  const isAnother = keys.size === expected.length;
  if (missing.length === 0 || isAnother) return;
  assert(testContext.warnings.length > before, `${what} it was left out without a warning.`);
  assert(!pages.some(({ whole }) => whole), `${what} it was left out, and would count as gone: the scan said "whole".`);
}

async function readAll({ open, context }: TestContext): Promise<readonly Page[]> {
  const source = open();
  try {
    return await Array.fromAsync(source.read(undefined, context()));
  } finally {
    await source.close?.();
  }
}
