import { defined } from '../defined.ts';
import type { Outcome } from '../domain/result.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import type { StateStore } from '../state/store.ts';
import { type PlannedAction, type PlannedChange, toPlannedChange } from './planned-change.ts';

const chunk = 1000;

export type PlanCounts = Readonly<Record<Exclude<PlannedAction, 'note'> | 'unchanged', number>>;

/** Remembers in which order keys were read, and which of the unchanged ones have changed what the state holds. */
export function createReadingOrder() {
  const places = new Map<string, number>();
  const notes = new Set<string>();
  return {
    notes,
    place: (key: string): number => places.get(key) ?? Number.MAX_SAFE_INTEGER,
    see(keys: readonly string[]): void {
      for (const key of keys) if (!places.has(key)) places.set(key, places.size);
    },
    note: (key: string): void => void notes.add(key),
  };
}

/** The counts of a plan: of its run's results, and of what stays as it is. */
export async function countChanges(store: StateStore, { run, tallies }: RunReport): Promise<PlanCounts> {
  const counts: Record<keyof PlanCounts, number> = {
    create: 0,
    update: 0,
    adopt: 0,
    unchanged: tallies.unchanged,
    deactivate: 0,
    skip: 0,
    conflict: 0,
    reject: 0,
  };
  for await (const rows of resultPages(store, run)) {
    for (const { action } of rows.map(toPlannedChange)) if (action !== 'note') counts[action] += 1;
  }
  return counts;
}

async function* resultPages(store: StateStore, run: string, outcome?: Outcome) {
  let after: string | undefined;
  do {
    const rows = await store.results(run, {
      limit: chunk,
      ...defined({ after, outcome }),
    });
    yield rows;
    after = rows.length === chunk ? rows.at(-1)?.key : undefined;
  } while (after !== undefined);
}

/** Every change, or those with one of these actions. */
export async function* changesInOrder(
  store: StateStore,
  {
    run,
    order,
    actions,
  }: {
    readonly run: string;
    readonly order: ReturnType<typeof createReadingOrder>;
    readonly actions: readonly PlannedAction[] | undefined;
  },
): AsyncGenerator<PlannedChange> {
  const outcomes = actions ? [...new Set(actions.map((action) => outcomeOf[action]))] : [undefined];
  const keys: string[] = [];
  for (const outcome of outcomes)
    for await (const rows of resultPages(store, run, outcome))
      for (const row of rows) if (actions?.includes(toPlannedChange(row).action) ?? true) keys.push(row.key);
  if (actions?.includes('note') ?? true) {
    const written = new Set(keys);
    for (const key of order.notes) if (!written.has(key)) keys.push(key);
  }
  keys.sort((a, b) => order.place(a) - order.place(b));
  for (let start = 0; start < keys.length; start += chunk) {
    const some = keys.slice(start, start + chunk);
    const rows = await store.results(run, { keys: some, limit: chunk });
    const found = new Map(rows.map((row) => [row.key, toPlannedChange(row)]));
    for (const key of some) yield found.get(key) ?? { key, action: 'note', fields: {} };
  }
}

const outcomeOf: Readonly<Record<PlannedAction, Outcome>> = {
  create: 'created',
  update: 'updated',
  adopt: 'updated',
  deactivate: 'updated',
  skip: 'skipped',
  conflict: 'rejected',
  reject: 'rejected',
  note: 'unchanged',
};
