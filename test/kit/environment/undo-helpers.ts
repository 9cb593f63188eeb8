import { defined } from '../../../src/core/defined.ts';
import type { PlannedChange } from '../../../src/core/plan/planned-change.ts';
import { usersOf } from './snapshots.ts';
import type { TestEnvironment } from './test-environment.ts';

/** What an undo must give back: everything of every active user, with its addresses, but the times. */
export function wholeSnapshot({ box }: TestEnvironment): string[] {
  return usersOf(box)
    .filter(({ active }) => active)
    .map((user) => {
      const addresses = box.zendesk.users.identitiesOf(user.id).map(({ value, primary }) => [value, primary]);
      return JSON.stringify({ ...user, updated_at: '', addresses: addresses.sort() });
    })
    .sort();
}

export async function undo(it: TestEnvironment, run: string, signal?: AbortSignal) {
  return (await undone(it, run, signal)).report;
}

/** An undo, with what it left or did otherwise. */
export async function undone(it: TestEnvironment, run: string, signal?: AbortSignal) {
  await using pipeline = await it.pipeline();
  const result = await pipeline.undo(run, defined({ signal }));
  if (result.kind !== 'undone') throw new Error('Nobody was asked, and the undo was declined.');
  return result;
}

/** The undo's own plan, with its changes. */
export async function planUndo(it: TestEnvironment, run: string) {
  await using pipeline = await it.pipeline();
  const changes: PlannedChange[] = [];
  const plan = await pipeline.planUndo(run, { onChange: (change) => changes.push(change) });
  return { ...plan, changes };
}

/** A sync that ends the hold, as `sync --resume` does. */
export async function resumed(it: TestEnvironment) {
  await using pipeline = await it.pipeline();
  return await pipeline.sync({ resume: true });
}
