import type { Cursor, Page } from '../../core/domain/record.ts';
import { assert } from '../assert.ts';
import { asStored, createSnapshot, someOf } from '../reading.ts';
import type { TestContext } from '../test-context.ts';
import type { Check } from './check.ts';

const dayMs = 86_400_000;

/** Where nothing changes, reading again shows the same, and reading on shows nothing; what is gone is not shown as if it were there. */
export const readsSteadily: Check = {
  name: 'reads the same until something changes',
  pages: 2,
  async run(testContext) {
    const { twin, clock } = testContext;
    const first = await readFrom(testContext, undefined);
    const second = await readFrom(testContext, undefined);
    const keys = new Set([...first.snapshot.keys, ...second.snapshot.keys]);
    const differing = [...keys].filter((key) => first.snapshot.textOf(key) !== second.snapshot.textOf(key));
    assert(
      differing.length === 0,
      `Two reads of everything, and nothing changed between: ${someOf(differing)} differ.`,
    );

    // The first read of changes may begin long before: a list that was made just now was changed just now.
    clock.advance(dayMs);
    await Promise.all(
      twin
        .keys()
        .slice(-1)
        .map(async (key) => await twin.change(key)),
    );
    clock.advance(twin.lagMs ?? 0);
    const changes = await readFrom(testContext, first.cursor);
    clock.advance(dayMs);
    const later = await readFrom(testContext, changes.cursor);
    const isByDesign = !hasPlace(changes.cursor) || later.isWhole;
    assert(
      isByDesign || later.snapshot.keys.size < keys.size,
      'A day after one record was changed and read, a read from the cursor gave everything again: is the cursor used?',
    );

    const gone = twin.keys()[0];
    if (!twin.remove || gone === undefined) return;
    await twin.remove(gone);
    clock.advance(twin.lagMs ?? 0);
    const { active } = await readFrom(testContext, undefined);
    assert(!active.has(gone), `The record ${gone} is gone, and a read of everything gives it as active.`);
  },
};

async function readFrom({ open, context }: TestContext, from: Cursor | undefined) {
  const pages: Page[] = await Array.fromAsync(open().read(from, context()));
  const snapshot = createSnapshot();
  for (const page of pages) snapshot.note(page);
  const records = pages.flatMap((page) => page.records);
  const active = new Set(records.flatMap(({ key, state }) => (state === 'active' ? [key] : [])));
  return {
    snapshot,
    active,
    isWhole: pages.some(({ whole }) => whole),
    cursor: asStored(pages.at(-1)?.cursor ?? null),
  };
}

/** A cursor that says nothing has the next read begin at the beginning. */
function hasPlace(cursor: Cursor): boolean {
  if (typeof cursor !== 'object') return true;
  return cursor !== null && Object.values(cursor).some(hasPlace);
}
