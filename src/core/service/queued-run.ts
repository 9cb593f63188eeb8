import type { Trigger } from './events.ts';
import type { RunRequestResult } from './managed-pipeline.ts';

/** A run that waits to start. Several requests may have become one. */
export interface QueuedRun {
  readonly trigger: Trigger;
  /** Absent: a run of everything that has changed. */
  readonly keys: ReadonlySet<string> | undefined;
  readonly full: boolean;
  /** The run that was queued first starts first, across pipelines. */
  readonly order: number;
  /** Each request that this run answers. */
  readonly requesters: readonly ((result: RunRequestResult) => void)[];
}

/** Runs that wait. A run of everything and one of some keys do not replace each other. */
export interface RunQueue {
  readonly everything: QueuedRun | undefined;
  readonly someKeys: QueuedRun | undefined;
}

export const emptyQueue: RunQueue = { everything: undefined, someKeys: undefined };

export function addToQueue({ everything, someKeys }: RunQueue, run: QueuedRun): RunQueue {
  if (run.keys) return { everything, someKeys: mergeRuns(someKeys, run) };
  return { everything: mergeRuns(everything, run), someKeys };
}

/** The run that starts next. */
export function firstInQueue({ everything, someKeys }: RunQueue): QueuedRun | undefined {
  return everything ?? someKeys;
}

export function withoutFirst({ everything, someKeys }: RunQueue): RunQueue {
  return everything ? { everything: undefined, someKeys } : emptyQueue;
}

export function runsInQueue({ everything, someKeys }: RunQueue): readonly QueuedRun[] {
  return [everything, someKeys].filter((run) => run !== undefined);
}

/** The merged run keeps the trigger and the place of the earlier one. */
function mergeRuns(waiting: QueuedRun | undefined, added: QueuedRun): QueuedRun {
  if (!waiting) return added;
  return {
    ...waiting,
    keys: waiting.keys && added.keys && new Set([...waiting.keys, ...added.keys]),
    full: waiting.full || added.full,
    requesters: [...waiting.requesters, ...added.requesters],
  };
}
