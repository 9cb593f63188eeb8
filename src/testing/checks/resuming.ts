import type { Page } from '../../core/domain/record.ts';
import { assert } from '../assert.ts';
import { asStored, assertAll, createSnapshot, readInto } from '../reading.ts';
import type { Check } from './check.ts';

const hourMs = 3_600_000;

/** A run may be killed after any page: what it had read and what the next one reads from there is everything. */
export const checkResume: Check = {
  name: 'resumes from every cursor it yields',
  pages: 3,
  async run({ twin, clock, open, context }) {
    const pages: Page[] = await Array.fromAsync(open().read(undefined, context()));
    const filled = pages.filter(({ records }) => records.length > 0).length;
    assert(
      filled >= 3,
      `The twin held 3 pages of records and the source gave ${filled}: a page is what can be resumed.`,
    );
    clock.advance(hourMs);
    const marks = [twin.keys()[0], twin.keys().at(-1)].flatMap((key) => (key === undefined ? [] : [twin.change(key)]));
    const changed = await Promise.all(marks);
    clock.advance(twin.lagMs ?? 0);
    for (const [index, page] of pages.entries()) {
      const where = `Resumed from the cursor of page ${index + 1}`;
      const snapshot = createSnapshot();
      for (const read of pages.slice(0, index + 1)) snapshot.note(read);
      // To the end of the scan that was cut off, and the next one: each in a new process.
      const from = await readInto(snapshot, open(), { from: asStored(page.cursor), context: context() });
      await readInto(snapshot, open(), { from, context: context() });
      assertAll(snapshot, twin.keys(), where);
      for (const { key, text } of changed)
        assert(snapshot.textOf(key).includes(text), `${where}, a later change of ${key} never came.`);
    }
  },
};
