import { defined } from '../defined.ts';
import { RolodeskError } from '../domain/errors.ts';
import { toJson } from '../domain/json.ts';
import type { Tallies } from '../domain/result.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { describeError } from '../report/describe-error.ts';
import type { Run } from './run-state.ts';

/**
 * Closes the run in the state, deletes once a day the records of runs that are too old, and returns the report. Throws
 * if the counts do not agree, and rethrows a bug.
 */
export async function createReport<T, P>(run: Run<T, P>): Promise<RunReport> {
  const { pipeline, failure } = run;
  const { store, id, clock, policies, onFailpoint } = pipeline;
  const report = assemble(run, clock.now());
  const counted = await store.tally(run.id);
  await store.finishRun(id, { id: run.id, outcome: report.outcome, finishedAt: clock.now(), report: toJson(report) });
  onFailpoint?.('run-recorded');
  // To find what is too old takes a look at every run that there was: once a day is enough.
  if (run.isFirstOfDay) await store.prune(id, clock.now() - policies.retentionMs);
  if (failure && !(failure instanceof RolodeskError)) throw failure;
  assertAddsUp(run, report, counted);
  return report;
}

function assemble<T, P>(run: Run<T, P>, finishedAt: number): RunReport {
  const { source, sink, mapper, name } = run.pipeline;
  const outcome = outcomeOf(run);
  if (outcome === 'completed' || outcome === 'held') {
    for (const miss of mapper.unmatchedRules()) run.work.warn({ code: 'mapping-missed', message: miss });
    for (const left of mapper.omitted?.() ?? []) run.work.warn({ code: 'field-left-out', message: left });
    for (const field of mapper.unchecked?.() ?? []) run.work.warn({ code: 'field-unchecked', message: field });
  }
  return {
    run: run.id,
    pipeline: name,
    outcome,
    tallies: run.tally.tallies(),
    skips: run.tally.skips(),
    rejects: run.tally.rejects(),
    requests: {
      source: source.counters.requests,
      destination: sink.counters.requests,
      throttled: source.counters.throttled + sink.counters.throttled,
    },
    timings: { source: source.counters.timings?.() ?? {}, destination: sink.counters.timings?.() ?? {} },
    cursor: run.cursor,
    warnings: [...run.warnings.values()],
    ...defined({ canary: run.canary, related: run.related }),
    ...(run.failure && { error: describeError(run.failure) }),
    startedAt: new Date(run.startedAt).toISOString(),
    finishedAt: new Date(finishedAt).toISOString(),
  };
}

function outcomeOf<T, P>(run: Run<T, P>): RunReport['outcome'] {
  if (run.failure) return 'failed';
  if (run.stopping()) return 'paused';
  return run.held ? 'held' : 'completed';
}

/** A mismatch means that a record was lost or counted twice, and must never be reported as a result. */
function assertAddsUp<T, P>(run: Run<T, P>, report: RunReport, counted: Tallies): void {
  const { read, ...tallies } = report.tallies;
  for (const [outcome, number] of Object.entries(counted)) {
    const ours = Object.entries(tallies).find(([name]) => name === outcome)?.[1];
    if (ours !== number)
      throw new Error(`Tallies do not add up: ${ours} ${outcome} counted, ${number} recorded, of ${read} read.`);
  }
  if (report.outcome !== 'completed' && report.outcome !== 'held') return;
  const open = run.pageTracker.unsettled() + run.inFlight.size + run.superseding.size;
  if (open > 0) throw new Error(`A run of ${read} records ended with ${open} pages or records unsettled.`);
}
