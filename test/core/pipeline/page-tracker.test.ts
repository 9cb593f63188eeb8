import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cursor } from '../../../src/core/domain/record.ts';
import { createPageTracker } from '../../../src/core/pipeline/page-tracker.ts';

function createRecordedTracker(advance?: (cursor: Cursor) => Promise<void>) {
  const saved: Cursor[] = [];
  const tracker = createPageTracker(
    advance ??
      (async (cursor) => {
        saved.push(cursor);
      }),
  );
  return { tracker, saved };
}

test('a page without records settles when it is closed, and is saved with what follows or at the end', async () => {
  const { tracker, saved } = createRecordedTracker();
  tracker.open('p1').close();
  expect(tracker.unsettled()).toBe(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(saved).toEqual([]);
  const page = tracker.open('p2');
  page.retain();
  page.close();
  tracker.open('p3').close();
  page.release();
  await new Promise((resolve) => setImmediate(resolve));
  expect(saved).toEqual(['p3']);
  tracker.open('p4').close();
  tracker.open('p5').close();
  await tracker.saved();
  await tracker.saved();
  expect(saved).toEqual(['p3', 'p5']);
});

test('a page settles when it is closed and its last record is released, not before', async () => {
  const { tracker, saved } = createRecordedTracker();
  const page = tracker.open('p1');
  page.retain();
  page.retain();
  page.release();
  page.release();
  await tracker.saved();
  expect({ saved, unsettled: tracker.unsettled() }).toEqual({ saved: [], unsettled: 1 });
  page.close();
  await tracker.saved();
  expect({ saved, unsettled: tracker.unsettled() }).toEqual({ saved: ['p1'], unsettled: 0 });
});

test('a later page that is settled waits for the one before it, and then the later cursor alone is saved', async () => {
  const { tracker, saved } = createRecordedTracker();
  const [first, second] = [tracker.open('p1'), tracker.open('p2')];
  first.retain();
  first.close();
  second.close();
  await tracker.saved();
  expect(saved).toEqual([]);
  first.release();
  await tracker.saved();
  expect(saved).toEqual(['p2']);
});

test('saves do not overlap, and a cursor that is overtaken while one is being saved is left out', async () => {
  const gates: PromiseWithResolvers<void>[] = [];
  const begun: Cursor[] = [];
  const { tracker } = createRecordedTracker(async (cursor) => {
    begun.push(cursor);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
  });
  for (const cursor of ['p1', 'p2', 'p3']) {
    const page = tracker.open(cursor);
    page.retain();
    page.close();
    page.release();
    await Promise.resolve();
  }
  expect(begun).toEqual(['p1']);
  gates[0]?.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['p1', 'p3']);
  gates[1]?.resolve();
  await tracker.saved();
});

test('a failure to save is reported to whoever asks whether it is saved', async () => {
  const { tracker } = createRecordedTracker(() => Promise.reject(new Error('disk full')));
  tracker.open('p1').close();
  await expect(tracker.saved()).rejects.toThrow('disk full');
});

test('whatever the order of releases, the saved cursor never passes a page that is not settled, and ends at the last', async () => {
  const plan = fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }).chain((sizes) =>
    fc.tuple(
      fc.constant(sizes),
      // Every record's release and every page's closing, in any order at all.
      fc.shuffledSubarray(
        sizes.flatMap((size, page) => [
          ...Array.from({ length: size }, () => ({ page, act: 'release' as const })),
          { page, act: 'close' as const },
        ]),
        { minLength: sizes.length + sizes.reduce((sum, size) => sum + size, 0) },
      ),
    ),
  );
  await fc.assert(
    fc.asyncProperty(plan, async ([sizes, acts]) => {
      const left = sizes.map((size) => size + 1);
      const seen: number[] = [];
      const tracker = createPageTracker(async (cursor) => {
        const page = Number(cursor);
        expect(left.slice(0, page + 1).every((count) => count === 0)).toBe(true);
        seen.push(page);
      });
      const pages = sizes.map((size, page) => {
        const ticket = tracker.open(page);
        for (let record = 0; record < size; record += 1) ticket.retain();
        return ticket;
      });
      for (const { page, act } of acts) {
        left[page] = (left[page] ?? 0) - 1;
        pages[page]?.[act]();
        await tracker.saved();
      }
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      expect(seen.at(-1)).toBe(sizes.length - 1);
      expect(tracker.unsettled()).toBe(0);
    }),
  );
});
