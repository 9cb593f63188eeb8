import type { Page } from '../../core/domain/record.ts';
import { assert, describe, exitCodeOf } from '../assert.ts';
import { type MalformedResponse, malformedResponses } from '../malformed-responses.ts';
import type { TestContext } from '../test-context.ts';
import type { Check } from './check.ts';

/** A row of its own may be left out with a warning; a whole reply may not. */
const concernOneRecord: ReadonlySet<MalformedResponse> = new Set([
  'a number in place of a record',
  'a record without any field',
]);

/** What is not as the API documents is never taken for an empty page or a short one. */
export const rejectsWrongShapes: Check = {
  name: 'rejects a page of the wrong shape',
  pages: 2,
  lacks: ({ proxy, twin }) => (proxy || twin.damages ? undefined : 'The twin has neither a url nor damages.'),
  async run(testContext) {
    const { proxy, twin } = testContext;
    for (const how of proxy ? spoilNames : []) {
      proxy?.malform(how);
      const before = proxy?.spoiledReplies() ?? 0;
      await assertRefusal(testContext, { what: `A reply with ${how}`, mayLeaveOut: concernOneRecord.has(how) });
      assert((proxy?.spoiledReplies() ?? 0) > before, 'No reply of the twin holds a list of records in JSON.');
    }
    for (const [name, damage] of Object.entries(twin.damages ?? {})) {
      await damage();
      await assertRefusal(testContext, { what: name, mayLeaveOut: true });
    }
  },
};

// The names of an object literal are exactly its keys.
const spoilNames = Object.keys(malformedResponses) as MalformedResponse[];

async function assertRefusal(
  { open, context, warnings }: TestContext,
  { what, mayLeaveOut }: { readonly what: string; readonly mayLeaveOut: boolean },
): Promise<void> {
  const before = warnings.length;
  const pages: Page[] = [];
  try {
    for await (const page of open().read(undefined, context())) pages.push(page);
  } catch (error) {
    const isKnown = exitCodes.has(exitCodeOf(error) ?? 0);
    assert(isKnown, `${what} ended as a bug, ${describe(error)}. Throw a ContractError, as parseReply does.`);
    return;
  }
  assert(mayLeaveOut, `${what} was read as if it were good: ${pages.length} pages came.`);
  assert(warnings.length > before, `${what} was left out without a warning.`);
  const isWhole = pages.some(({ whole }) => whole);
  assert(!isWhole, `${what} was left out, and the scan said that it had read every record: it would count as gone.`);
}

/** Of the errors that a reply, an unavailable server or a file can be the reason of. */
const exitCodes = new Set([2, 4, 5]);
