import { assertNotPaused } from '../../src/core/undo/pause.ts';
import { dryRunUndo, type UndoChange, type UndoEstimate } from '../../src/core/undo/plan-reverts.ts';
import { findUndoable, undoRun } from '../../src/core/undo/undo-run.ts';
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

/** As the command opens the pipeline: nothing is asked for beforehand. */
const offline = { online: false } as const;

export async function undo({ open, terminal }: TestEnvironment, run: string, signal = terminal.signal) {
  const { pipeline, close } = await open(offline);
  try {
    return await undoRun(pipeline, { target: await findUndoable(pipeline, run), signal });
  } finally {
    await close();
  }
}

/** The undo's own plan. */
export async function planUndo(
  { open }: TestEnvironment,
  run: string,
): Promise<UndoEstimate & { readonly steps: readonly UndoChange[] }> {
  const { pipeline, context, close } = await open(offline);
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
  const { pipeline, close } = await it.open();
  await assertNotPaused(pipeline, { resume: true });
  await close();
  return await it.run();
}
