import { expect, test } from 'vitest';
import { prefetch } from '../../../src/core/records/prefetch.ts';

/** Pages one to three, with a log of what was asked for and whether the source was left. */
function createPages(failAt?: number) {
  const log: string[] = [];
  async function* pages(): AsyncGenerator<number> {
    try {
      for (let page = 1; page <= 3; page += 1) {
        log.push(`read ${page}`);
        if (page === failAt) throw new Error(`page ${page}`);
        yield page;
      }
    } finally {
      log.push('left');
    }
  }
  return { log, pages: pages() };
}

const turn = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
};

test('all pages come, in order, and the source is left at the end', async () => {
  const { log, pages } = createPages();
  expect(await Array.fromAsync(prefetch(pages))).toEqual([1, 2, 3]);
  expect(log).toEqual(['read 1', 'read 2', 'read 3', 'left']);
});

test('one page is read ahead while the present one is handled, never two', async () => {
  const { log, pages } = createPages();
  for await (const page of prefetch(pages)) {
    await turn();
    if (page === 1) expect(log).toEqual(['read 1', 'read 2']);
  }
});

test('a failure of the page ahead comes when its turn has come, not before, and is no unhandled one', async () => {
  const { pages } = createPages(2);
  const handled: number[] = [];
  const all = async (): Promise<void> => {
    for await (const page of prefetch(pages)) {
      await turn();
      handled.push(page);
    }
  };
  await expect(all()).rejects.toThrow('page 2');
  expect(handled).toEqual([1]);
});

test('whoever stops early leaves the source', async () => {
  const { log, pages } = createPages();
  for await (const _ of prefetch(pages)) break;
  expect(log.at(-1)).toBe('left');
});
