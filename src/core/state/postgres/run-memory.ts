import type { PipelineId } from '../../domain/pipeline.ts';
import type { OpenBatch } from '../../domain/run/pending-work.ts';
import type { DirectoryHead } from '../../domain/user.ts';
import { batchOf, number, type Row } from '../rows.ts';
import type { Changes, Checkpoint, StateStore } from '../store.ts';
import type { Statement } from './connection/database.ts';
import { headOf } from './directory.ts';
import { batchesOf } from './kept-records.ts';
import type { Owner } from './owner.ts';
import { checkpointOf } from './pipelines.ts';

/**
 * What the holder of a turn knows without asking again: nobody else writes it meanwhile, and whoever has lost the turn can't
 * write what follows from it. It is read together with the begin of the run: most runs find nothing to do, and then
 * round trips are all that they cost.
 */
interface RunMemory {
  readonly pipeline: PipelineId;
  checkpoint: Checkpoint | undefined;
  batches: readonly OpenBatch[] | undefined;
  /** Handed out once: pipelines of one destination share it. */
  directory: { readonly head: DirectoryHead | undefined } | undefined;
  nextSequence: number;
  /** Whether any record waits for the end of the read, any for another reason, and any of those is due. */
  hasWaiting: boolean;
  hasKept: boolean;
  hasDue: boolean;
}

export const initialQueries = ({ pipeline, destination }: Owner): readonly Statement[] => [
  { text: 'SELECT * FROM rolodesk.checkpoints WHERE pipeline = $1', values: [pipeline] },
  { text: batchesOf, values: [pipeline] },
  { text: 'SELECT * FROM rolodesk.directories WHERE destination = $1', values: [destination] },
  {
    text: `SELECT (SELECT coalesce(max(sequence), 0) + 1 FROM rolodesk.deferred WHERE pipeline = $1) AS next,
      ${isAny('deferred WHERE pipeline = $1')} AS waiting,
      ${isAny('pending WHERE pipeline = $1')} + ${isAny('dead_letters WHERE pipeline = $1')} AS kept,
      ${isAny('pending WHERE pipeline = $1 AND due = 1')} + ${isAny('dead_letters WHERE pipeline = $1 AND due = 1')} AS due`,
    values: [pipeline],
  },
];

function isAny(where: string): string {
  return `(SELECT count(*) FROM (SELECT 1 FROM rolodesk.${where} LIMIT 1) one)`;
}

/** The store with the answers that this run has already. `begin` begins it and answers `initialQueries` in the same round trip. */
export function withRunMemory(
  store: StateStore,
  begin: (...given: Parameters<StateStore['beginRun']>) => Promise<readonly Row[][]>,
): StateStore {
  let memory: RunMemory | undefined;
  const of = (pipeline: PipelineId): RunMemory | undefined => (memory?.pipeline === pipeline ? memory : undefined);

  return {
    ...store,
    async beginRun(pipeline, run) {
      memory = memoryOf(pipeline, await begin(pipeline, run));
    },
    async apply(pipeline, changes) {
      const known = of(pipeline);
      if (known) forget(known, changes);
      await store.apply(pipeline, changes);
      if (known && changes.checkpoint) known.checkpoint = changes.checkpoint;
    },
    async checkpoint(pipeline) {
      const known = of(pipeline);
      return known ? known.checkpoint : await store.checkpoint(pipeline);
    },
    openBatches: async (pipeline) => of(pipeline)?.batches ?? (await store.openBatches(pipeline)),
    async directory(pipeline) {
      const read = of(pipeline)?.directory;
      if (memory) memory.directory = undefined;
      return read ? read.head : await store.directory(pipeline);
    },
    async clearDirectory(pipeline) {
      if (memory) memory.directory = undefined;
      await store.clearDirectory(pipeline);
    },
    async nextSequence(pipeline) {
      const known = of(pipeline);
      return known && !known.hasWaiting ? known.nextSequence : await store.nextSequence(pipeline);
    },
    async rankDeferred(pipeline) {
      if (of(pipeline)?.hasWaiting !== false) await store.rankDeferred(pipeline);
    },
    deferred: async (pipeline, query) =>
      of(pipeline)?.hasWaiting === false ? [] : await store.deferred(pipeline, query),
    deferredCount: async (pipeline, stage) =>
      of(pipeline)?.hasWaiting === false ? 0 : await store.deferredCount(pipeline, stage),
    keptCounts: async (pipeline) =>
      of(pipeline)?.hasKept === false ? { deadLetters: 0, pending: {} } : await store.keptCounts(pipeline),
    due: async (pipeline, query) => (of(pipeline)?.hasDue === false ? [] : await store.due(pipeline, query)),
    pending: async (pipeline, query) => (of(pipeline)?.hasKept === false ? [] : await store.pending(pipeline, query)),
  };
}

function memoryOf(pipeline: PipelineId, answers: readonly Row[][]): RunMemory {
  const [[checkpoint] = [], batches = [], [head] = [], [rest = {}] = []] = answers;
  return {
    pipeline,
    checkpoint: checkpoint && checkpointOf(checkpoint),
    batches: batches.map(batchOf),
    directory: { head: head && headOf(head) },
    nextSequence: number(rest, 'next'),
    hasWaiting: number(rest, 'waiting') > 0,
    hasKept: number(rest, 'kept') > 0,
    hasDue: number(rest, 'due') > 0,
  };
}

/** Before the changes are made: whether they were is not known while they are on their way. */
function forget(known: RunMemory, changes: Changes): void {
  if (changes.directory) known.directory = undefined;
  if (changes.openBatches?.length || changes.closeBatches?.length || changes.batchJobs?.length)
    known.batches = undefined;
  if (changes.deferred?.length) known.hasWaiting = true;
  if (changes.pending?.length || changes.deadLetters?.length) known.hasKept = true;
  // Users that were seen and addresses that were given up make others due.
  if (known.hasKept && (changes.users?.length || changes.release?.length)) known.hasDue = true;
  if (changes.pending?.some(({ due }) => due) || changes.deadLetters?.some(({ due }) => due)) known.hasDue = true;
}
