import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from '../assert.ts';
import type { Check } from './check.ts';

const pages = 8;
/** Pages that may still be held: the present one, one that is on its way, and what the engine has not let go of. */
const heldAtMost = 3;

/** However long the stream, the source holds one page of it and asks for the next when it is wanted. */
export const checkMemory: Check = {
  name: 'keeps memory flat',
  pages,
  async run({ open, context, proxy }) {
    const source = open();
    const collectGarbage = exposedCollector();
    const held: WeakRef<object>[] = [];
    const requestsAt: number[] = [];
    for await (const { records } of source.read(undefined, context())) {
      const [first] = records;
      if (first) held.push(new WeakRef(first));
      requestsAt.push(proxy?.count() ?? 0);
      if (held.length !== pages) continue;
      // Out of this turn, in which what a WeakRef gave is kept alive.
      await new Promise<void>((resolve) => setImmediate(resolve));
      collectGarbage();
      const alive = held.filter((reference) => reference.deref() !== undefined).length;
      assert(alive <= heldAtMost, `Of ${pages} pages that were read and let go, ${alive} are still held.`);
    }
    assert(
      held.length >= pages,
      `The twin held ${pages} pages and the source gave ${held.length}: a page must not grow with the stream.`,
    );
    if (!proxy) return;
    const ahead = proxy.count() - (requestsAt[0] ?? 0);
    assert(
      ahead >= pages - 3,
      `Before its first page the source had sent all but ${ahead} of its requests: it must read on demand.`,
    );
  },
};

/** The engine's collector, which a process can ask for after it has started. */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  // A function without arguments that collects everything at once.
  return runInNewContext('gc') as () => void;
}
