import { demandNotHeld } from '../../src/core/undo/hold.ts';
import { rehearseUndo, type UndoForecast, type UndoStep } from '../../src/core/undo/plan-reverts.ts';
import { findUndoable, undoRun } from '../../src/core/undo/undo-run.ts';
import { type Rehearsal, usersOf } from './rehearsal.ts';

/** What an undo must give back: everything of every active user, with its addresses, but the times. */
export function wholePicture({ box }: Rehearsal): string[] {
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

export async function undo({ open, terminal }: Rehearsal, run: string, signal = terminal.signal) {
  const { pipeline, close } = await open(offline);
  try {
    return await undoRun(pipeline, { target: await findUndoable(pipeline, run), signal });
  } finally {
    await close();
  }
}

/** The undo's own plan. */
export async function planUndo(
  { open }: Rehearsal,
  run: string,
): Promise<UndoForecast & { readonly steps: readonly UndoStep[] }> {
  const { pipeline, context, close } = await open(offline);
  try {
    const steps: UndoStep[] = [];
    const target = await findUndoable(pipeline, run);
    return { ...(await rehearseUndo(pipeline, target, context, (step) => steps.push(step))), steps };
  } finally {
    await close();
  }
}

/** A sync that ends the hold, as `sync --resume` does. */
export async function resumed(it: Rehearsal) {
  const { pipeline, close } = await it.open();
  await demandNotHeld(pipeline, { resume: true });
  await close();
  return await it.run();
}
