import { assert, failureOf, withTimeout } from '../assert.ts';
import type { TestContext } from '../test-context.ts';
import type { Check } from './check.ts';

const reason = new Error('The run was asked to stop.');

/** A run that is asked to stop ends within moments, wherever it is. */
export const checkAbort: Check = {
  name: 'stops promptly on abort',
  pages: 4,
  async run(testContext) {
    await betweenPages(testContext);
    await whileWaiting(testContext);
    await byLeaving(testContext);
  },
};

async function betweenPages({ open, context, proxy }: TestContext): Promise<void> {
  const stop = new AbortController();
  const pages = open().read(undefined, context(stop.signal))[Symbol.asyncIterator]();
  await pages.next();
  stop.abort(reason);
  const before = proxy?.count();
  const next = await withTimeout(
    'A read that was aborted',
    pages.next().then(
      ({ done }) => done === true,
      () => true,
    ),
  );
  assert(next, 'After the signal was aborted the source gave another page.');
  assert(proxy?.count() === before, 'After the signal was aborted the source sent another request.');
}

/** The other side takes the request and says nothing. */
async function whileWaiting({ open, context, proxy }: TestContext): Promise<void> {
  if (!proxy) return;
  const stop = new AbortController();
  const pages = open().read(undefined, context(stop.signal))[Symbol.asyncIterator]();
  await pages.next();
  proxy.faults.add({ fault: 'hang' });
  const before = proxy.count();
  const next = failureOf('A read that was aborted', pages.next());
  await withTimeout(
    'The next page',
    until(() => proxy.count() > before),
  );
  stop.abort(reason);
  await withTimeout('A read that was aborted while it waited for a reply', next);
  proxy.faults.clear();
}

/** The reader leaves the loop; the source is closed, and nothing is left running. */
async function byLeaving({ open, context, proxy }: TestContext): Promise<void> {
  const source = open();
  for await (const _ of source.read(undefined, context())) break;
  await withTimeout('close', Promise.resolve(source.close?.()));
  const before = proxy?.count();
  await turns(50);
  assert(proxy?.count() === before, 'The source went on sending requests after it was left and closed.');
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turns(1);
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
