import type { Run } from '../pipeline/run-state.ts';

const maxRefused = 10_000;

/**
 * An address may be held by another user of the same run that had yet to give it back: those are tried again as long as
 * that helps. A cycle is opened by releasing one of its addresses.
 */
export async function revertHeldEmails<T, P>(
  run: Run<T, P>,
  target: string,
  {
    resume,
    drain,
  }: {
    /** Reverts these keys once more. */
    readonly resume: (keys: readonly string[], how?: { readonly releaseEmail: boolean }) => Promise<void>;
    readonly drain: () => Promise<void>;
  },
): Promise<void> {
  const { store, sink } = run.pipeline;
  const opened = new Set<string>();
  for (let open = await heldEmails(run); open.length > 0 && !run.stopping(); ) {
    await resume(open);
    await drain();
    const left = await heldEmails(run);
    if (left.length === open.length) {
      const results = await store.results(target, { keys: left, limit: left.length });
      const openers = sink.findEmailCycles(results).filter((key) => !opened.has(key));
      if (openers.length === 0) return;
      for (const key of openers) opened.add(key);
      await resume(openers, { releaseEmail: true });
      await drain();
    }
    open = left;
  }
}

async function heldEmails<T, P>({ id, pipeline: { store } }: Run<T, P>): Promise<readonly string[]> {
  const rejected = await store.results(id, { outcome: 'rejected', limit: maxRefused });
  return rejected.filter(({ code }) => code === 'email-taken').map(({ key }) => key);
}
