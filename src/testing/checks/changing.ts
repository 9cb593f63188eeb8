import type { Cursor } from '../../core/domain/record.ts';
import { assert } from '../assert.ts';
import { asStored, assertAll, createSnapshot, readInto, type Snapshot, someOf } from '../reading.ts';
import type { Mark, SourceTwin } from '../source-twin.ts';
import type { TestContext } from '../test-context.ts';
import type { Check } from './check.ts';

/** Longer than any overlap that a source may read again. */
const betweenPagesMs = 30 * 60_000;

/** Changes of one scan: a source that begins again because of them must come to an end. */
const enough = 6;

/** Records come, change and go between one page and the next, in a scan of everything and in one of changes. */
export const checkNoRecordLost: Check = {
  name: 'loses nothing that changes while reading',
  pages: 3,
  async run(testContext) {
    const { twin, clock, open, context } = testContext;
    const snapshot = createSnapshot();
    const full = await readDisturbed(testContext, snapshot, undefined);
    let from = await readInto(snapshot, open(), { from: full.cursor, context: context() });
    assertPresent(snapshot, twin, full.marks, 'a scan of everything');

    clock.advance(betweenPagesMs);
    const touched = await Promise.all(twin.keys().map(async (key) => await twin.change(key)));
    clock.advance(twin.lagMs ?? 0);
    const changes = await readDisturbed(testContext, snapshot, from);
    from = await readInto(snapshot, open(), { from: changes.cursor, context: context() });
    // A record that was changed twice shows its later text.
    const again = new Set(changes.marks.map(({ key }) => key));
    const marks = [...touched.filter(({ key }) => !again.has(key)), ...changes.marks];
    assertPresent(snapshot, twin, marks, 'a scan of changes');
  },
};

/** One scan, after each page of which the other side is changed: before the place of reading, after it, and at its ends. */
async function readDisturbed(
  { twin, clock, open, context }: TestContext,
  snapshot: Snapshot,
  from: Cursor | undefined,
): Promise<{ readonly cursor: Cursor | undefined; readonly marks: readonly Mark[] }> {
  const marks = new Map<string, Mark>();
  const note = (mark: Mark): unknown => marks.set(mark.key, mark);
  const here = createSnapshot();
  const present = new Set(twin.keys());
  let cursor = from;
  let isWhole = false;
  for await (const page of open().read(from, context())) {
    snapshot.note(page);
    here.note(page);
    cursor = asStored(page.cursor);
    isWhole ||= page.whole === true;
    clock.advance(betweenPagesMs);
    if (marks.size > enough) continue;
    // Each record is changed once: a later change would hide that an earlier one was lost.
    const untouched = twin.keys().filter((key) => !marks.has(key));
    const [seen, gone] = untouched.filter((key) => here.has(key));
    const unseen = untouched.findLast((key) => !here.has(key));
    if (twin.remove && gone !== undefined) {
      await twin.remove(gone);
      present.delete(gone);
    }
    if (seen !== undefined) note(await twin.change(seen));
    if (unseen !== undefined) note(await twin.change(unseen));
    note(await twin.add());
    clock.advance(betweenPagesMs);
  }
  const missed = [...present].filter((key) => !here.has(key));
  assert(
    !isWhole || missed.length === 0,
    `The scan said that it had read every record, and left out ${someOf(missed)}: they would count as gone.`,
  );
  return { cursor, marks: [...marks.values()] };
}

function assertPresent(snapshot: Snapshot, twin: SourceTwin, marks: readonly Mark[], scan: string): void {
  assertAll(snapshot, twin.keys(), `After ${scan} and the next one`);
  const present = new Set(twin.keys());
  for (const { key, text } of marks.filter((mark) => present.has(mark.key)))
    assert(snapshot.textOf(key).includes(text), `A change of ${key} during ${scan} never came.`);
}
