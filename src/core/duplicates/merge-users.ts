import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { assertCan } from '../complete-sink.ts';
import { defined } from '../defined.ts';
import type { CallContext, Warning } from '../domain/context.ts';
import { RolodeskError } from '../domain/errors.ts';
import { toJson } from '../domain/json.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { recoverBatches } from '../pipeline/recovery/recover.ts';
import type { Pipeline } from '../pipeline/types.ts';
import { describeError } from '../report/describe-error.ts';
import type { MergeChoice } from './decide-merge.ts';
import { createPairMerger, type MergeRules } from './merge-pair.ts';
import { createMergeResults, type MergeOutcome } from './merge-results.ts';

/** As for batches in flight. */
const graceMs = 60_000;

export interface MergeRunOptions extends MergeRules {
  readonly choices: readonly MergeChoice[];
  /** Aborting asks the run to stop after the pair in hand. */
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface MergeRun {
  readonly report: RunReport;
  readonly outcomes: readonly MergeOutcome[];
}

/**
 * Merges users as a person has chosen, pair by pair: a fresh look at both, the intent in the state, the request, the result.
 * The caller holds the lease, and has had the choices approved. A run that fails after it has started returns a report.
 */
export async function mergeUsers<T, P>(
  pipeline: Pipeline<T, P>,
  { choices, signal, onProgress, ...rules }: MergeRunOptions,
  context: CallContext,
): Promise<MergeRun> {
  const { store, id, clock, sink, onFailpoint } = pipeline;
  assertCan(sink, 'merge');
  const warnings: Warning[] = [];
  const grace = withGrace(signal, clock);
  const work: CallContext = { ...context, signal: grace.signal, warn: (warning) => warnings.push(warning) };
  await recoverBatches({ pipeline, work, reading: work, progress: () => undefined });
  const run = randomUUID();
  const startedAt = clock.now();
  await store.beginRun(id, { id: run, kind: 'merge', startedAt });
  const results = createMergeResults(pipeline, run);
  const merger = createPairMerger(pipeline, { run, ...rules });
  const total = choices.reduce((sum, { merge }) => sum + merge.length, 0);
  let failure: unknown;
  try {
    for (const { group, keep, merge } of choices)
      for (const chosen of merge) {
        if (signal.aborted) break;
        results.add({ group, keep: keep.id, merge: chosen.id, ...(await merger.merge({ keep, merge: chosen }, work)) });
        onProgress?.(results.all().length, total);
      }
  } catch (error) {
    failure = error;
  } finally {
    grace.end();
  }
  await results.save();
  const report: RunReport = {
    run,
    pipeline: pipeline.name,
    outcome: failure !== undefined ? 'failed' : signal.aborted ? 'paused' : 'completed',
    ...results.counts(await store.tally(run)),
    requests: { source: 0, destination: sink.counters.requests, throttled: sink.counters.throttled },
    timings: { source: {}, destination: sink.counters.timings?.() ?? {} },
    cursor: (await store.checkpoint(id))?.cursor ?? null,
    warnings,
    ...defined({ error: failure === undefined ? undefined : describeError(failure) }),
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(clock.now()).toISOString(),
  };
  await store.finishRun(id, { id: run, outcome: report.outcome, finishedAt: clock.now(), report: toJson(report) });
  onFailpoint?.('run-recorded');
  if (failure !== undefined && !(failure instanceof RolodeskError)) throw failure;
  return { report, outcomes: results.all() };
}

/** A merge that is on its way when a stop is requested may end: its fate is known then. */
function withGrace(asked: AbortSignal, clock: Clock) {
  const work = new AbortController();
  const over = new AbortController();
  const onStop = (): void => {
    clock.sleep(graceMs, over.signal).then(
      () => work.abort(new Error('The merge in hand did not end in time.')),
      () => undefined,
    );
  };
  asked.addEventListener('abort', onStop, { once: true });
  return {
    signal: work.signal,
    end(): void {
      asked.removeEventListener('abort', onStop);
      over.abort(new Error('The run is over.'));
    },
  };
}
