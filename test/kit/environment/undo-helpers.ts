import { defined } from '../../../src/core/defined.ts';
import { dryRunUndo, type UndoChange, type UndoEstimate } from '../../../src/core/undo/plan-reverts.ts';
import { findUndoable } from '../../../src/core/undo/undo-run.ts';
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
  await using pipeline = await it.pipeline();
  const result = await pipeline.undo(run, { ...defined({ signal }) });
  if (result.kind !== 'undone') throw new Error('Nobody was asked, and the undo was declined.');
  return result.report;
}

/** The undo's own plan. */
export async function planUndo(
  { open }: TestEnvironment,
  run: string,
): Promise<UndoEstimate & { readonly steps: readonly UndoChange[] }> {
  const { pipeline, context, close } = await open({ online: false });
  try {
    const steps: UndoChange[] = [];
    const target = await findUndoable(pipeline, run);
    return { ...(await dryRunUndo(pipeline, target, context, (step) => steps.push(step))), steps };
  } finally {
    await close();
  }
}

/** A sync that ends the hold, as `sync --resume` does. */
export async function resumed(it: TestEnvironment) {
  await using pipeline = await it.pipeline();
  return await pipeline.sync({ resume: true });
}
