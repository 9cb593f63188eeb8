import { isDeepStrictEqual } from 'node:util';
import type { Page } from '../../core/contracts.ts';
import { demand } from '../demand.ts';
import type { Trial } from '../trial.ts';
import type { Check } from './check.ts';

/** Records wait in the state file, and keys are what everything hangs on. */
export const recordsCanBeKept: Check = {
  name: 'gives records that can be kept',
  pages: 2,
  async run(trial) {
    const { twin, open, context } = trial;
    const pages: Page[] = await Array.fromAsync(open().read(undefined, context()));
    const present = new Set(twin.keys());
    for (const { records, cursor } of pages) {
      demand(isJson(cursor), 'A cursor is not the same after it was saved as JSON.');
      for (const { key, data, updatedAt } of records) {
        demand(present.has(key), `The source gave a record ${JSON.stringify(key)}, and the twin has no such key.`);
        demand(isJson(data), `The data of ${key} is not the same after it was saved as JSON.`);
        demand(!Number.isNaN(updatedAt?.getTime()), `updatedAt of ${key} is no time.`);
      }
    }
    await demandByKey(trial);
  },
};

export const saysWhoItIs: Check = {
  name: 'says who it reads as',
  pages: 1,
  async run({ open, context }) {
    const { identity, lines } = await open().check(context());
    demand(identity.trim() !== '', 'check() told no identity.');
    for (const { ok, title, detail } of lines)
      demand(ok !== false, `check() found a fault on a good twin: ${title}, ${detail}.`);
  },
};

/** Where a source has `readKeys`, which `--only` uses, it gives the records that there are, and no others. */
async function demandByKey({ twin, open, context }: Trial): Promise<void> {
  const source = open();
  if (!source.readKeys) return;
  const wanted = [...new Set([twin.keys()[0], twin.keys().at(-1)].flatMap((key) => key ?? []))].sort();
  const found = new Set<string>();
  for await (const { records } of source.readKeys([...wanted, '999999999'], context()))
    for (const { key } of records) found.add(key);
  const given = [...found].sort();
  demand(isDeepStrictEqual(given, wanted), `Asked for ${wanted.join(', ')}, readKeys gave ${given.join(', ')}.`);
}

function isJson(value: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(value) ?? 'null'), value);
}
