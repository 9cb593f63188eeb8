import { defined } from '../defined.ts';
import type { Result } from '../domain/result.ts';
import type { StateStore } from '../state/store.ts';

const shown = 100;
const perPage = 1000;

/** What an undo left or did otherwise, with the reason of each: the first hundred. No customer data. */
export type UnrevertedItem = Pick<Result, 'key' | 'outcome' | 'code' | 'message'>;

export async function unrevertedItems(store: StateStore, run: string): Promise<readonly UnrevertedItem[]> {
  const found: UnrevertedItem[] = [];
  let after: string | undefined;
  do {
    const rows = await store.results(run, { limit: perPage, ...defined({ after }) });
    for (const { key, outcome, code, message } of rows)
      if (message !== undefined) found.push({ key, outcome, message, ...defined({ code }) });
    after = rows.length === perPage ? rows.at(-1)?.key : undefined;
  } while (after !== undefined && found.length < shown);
  return found.slice(0, shown);
}
