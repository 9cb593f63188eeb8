import { defined } from '../defined.ts';
import type { SourceRecord } from '../domain/record.ts';
import type { DeferredPosition, DeferredRecord } from '../domain/run/pending-work.ts';
import type { PendingRecord, Run } from './run-state.ts';

// The deferred records of a run, as the state keeps them: stored during the read, decided at its end.

/** How many rows of the state a run looks at together. */
export const rowsPerPage = 1000;

/** Stores records as deferred: they are decided at the end of the read. */
export async function defer<T, P>(
  run: Run<T, P>,
  records: readonly SourceRecord[],
  stage: DeferredRecord['stage'],
): Promise<void> {
  if (records.length === 0) return;
  const deferred = records.map((record) => {
    run.nextSequence += 1;
    return {
      key: record.key,
      sequence: run.nextSequence,
      stage,
      record,
      attempts: 0,
      ...defined({ after: record.after }),
    };
  });
  await run.pipeline.store.apply(run.pipeline.id, { deferred });
}

/** In the order in which they are decided. Rows that get a result meanwhile disappear behind the reader, never ahead of it. */
export async function* deferredPages<T, P>(
  run: Run<T, P>,
  stage: DeferredRecord['stage'],
): AsyncGenerator<readonly DeferredRecord[]> {
  const { store, id } = run.pipeline;
  await store.rankDeferred(id);
  let after: DeferredPosition | undefined;
  for (;;) {
    const rows = await store.deferred(id, { stage, limit: rowsPerPage, ...defined({ after }) });
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (rows.length < rowsPerPage || !last || run.stopping()) return;
    after = { depth: last.depth ?? 0, sequence: last.sequence };
  }
}

/** The stored record as the run decides it. */
export function pendingRecordOf<T, P>(
  run: Run<T, P>,
  { record, attempts }: DeferredRecord,
  phase: PendingRecord['phase'],
): PendingRecord {
  const forced = run.options.kind === 'retry';
  return { record, phase, isDeferred: true, attempts, forced, deactivate: false, inCycle: false, redecisions: 0 };
}
/** Whether this run looks again at records that earlier runs kept. A run for given keys, or for a plan, does not. */
export function retriesKeptRecords<T, P>({ options: { kind, keys, plan } }: Run<T, P>): boolean {
  return kind === 'sync' && keys === undefined && plan === undefined;
}
