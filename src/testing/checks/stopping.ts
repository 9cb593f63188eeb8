import { assert, failureOf, within } from '../assert.ts';
import type { Trial } from '../trial.ts';
import type { Check } from './check.ts';

const reason = new Error('The run was asked to stop.');

/** A run that is asked to stop ends within moments, wherever it is. */
export const stops: Check = {
  name: 'stops promptly on abort',
  pages: 4,
  async run(trial) {
    await betweenPages(trial);
    await whileWaiting(trial);
    await byLeaving(trial);
  },
};

async function betweenPages({ open, context, relay }: Trial): Promise<void> {
  const stop = new AbortController();
  const pages = open().read(undefined, context(stop.signal))[Symbol.asyncIterator]();
  await pages.next();
  stop.abort(reason);
  const before = relay?.count();
  const next = await within(
    'A read that was aborted',
    pages.next().then(
      ({ done }) => done === true,
      () => true,
    ),
  );
  assert(next, 'After the signal was aborted the source gave another page.');
  assert(relay?.count() === before, 'After the signal was aborted the source sent another request.');
}

/** The other side takes the request and says nothing. */
async function whileWaiting({ open, context, relay }: Trial): Promise<void> {
  if (!relay) return;
  const stop = new AbortController();
  const pages = open().read(undefined, context(stop.signal))[Symbol.asyncIterator]();
  await pages.next();
  relay.faults.add({ fault: 'hang' });
  const before = relay.count();
  const next = failureOf('A read that was aborted', pages.next());
  await within(
    'The next page',
    until(() => relay.count() > before),
  );
  stop.abort(reason);
  await within('A read that was aborted while it waited for a reply', next);
  relay.faults.clear();
}

/** The reader leaves the loop; the source is closed, and nothing is left running. */
async function byLeaving({ open, context, relay }: Trial): Promise<void> {
  const source = open();
  for await (const _ of source.read(undefined, context())) break;
  await within('close', Promise.resolve(source.close?.()));
  const before = relay?.count();
  await turns(50);
  assert(relay?.count() === before, 'The source went on sending requests after it was left and closed.');
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turns(1);
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
