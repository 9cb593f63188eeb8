import { defined } from '../defined.ts';
import type { Result } from '../domain/result.ts';
import type { StateStore } from '../state/store.ts';

const perPage = 1000;

/** Whether a write deleted its user. Reports count it as an update, for a deleted user stays known as such. */
export function isDeletion(changes: Result['changes']): boolean {
  return changes?.active?.[1] === false;
}

/** How many users a run has deleted, of those that its report counts as updated. */
export async function countDeletions(store: StateStore, run: string): Promise<number> {
  let count = 0;
  let after: string | undefined;
  do {
    const rows = await store.results(run, {
      outcome: 'updated',
      limit: perPage,
      ...defined({ after }),
    });
    count += rows.filter(({ changes }) => isDeletion(changes)).length;
    after = rows.length === perPage ? rows.at(-1)?.key : undefined;
  } while (after !== undefined);
  return count;
}
