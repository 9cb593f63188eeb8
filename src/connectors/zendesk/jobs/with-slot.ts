import type { JobGate } from './job-gate.ts';
import type { JobTracker } from './job-tracker.ts';

/**
 * Does `work` when a job slot is free, and gives the slot to the first job that it runs. For a look that must come just
 * before the job: one that was taken while the batch waited for its slot would be too old. If `sending` aborts before that,
 * it throws the signal's reason.
 */
export async function withSlot<D extends { readonly gate: JobGate; readonly tracker: JobTracker }, T>(
  dependencies: D,
  sending: AbortSignal | undefined,
  work: (dependencies: D) => Promise<T>,
): Promise<T> {
  const { gate, tracker } = dependencies;
  const held = gate.hold();
  // It may wait now: the tracker looks sooner then.
  tracker.reschedule();
  const slot = await held;
  let isTaken = false;
  async function run<R>(job: () => Promise<R>): Promise<R> {
    if (isTaken) return await gate.run(job);
    isTaken = true;
    try {
      return await job();
    } finally {
      slot.leave();
    }
  }
  try {
    sending?.throwIfAborted();
    return await work({ ...dependencies, gate: { ...gate, run } });
  } finally {
    slot.leave();
  }
}
