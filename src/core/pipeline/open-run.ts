import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import { defined } from '../defined.ts';
import type { CallContext, Warning } from '../domain/context.ts';
import { RolodeskError } from '../domain/errors.ts';
import type { Progress } from '../domain/run/run-report.ts';
import { saveCheckpoint } from './checkpoint.ts';
import { createRefusedUsers } from './decide/refused-users.ts';
import { createPageTracker } from './page-tracker.ts';
import type { Run } from './run-state.ts';
import { createTally } from './tally.ts';
import type { Pipeline, RunOptions } from './types.ts';

/**
 * How long batches in flight may continue after a stop was requested. Longer than an ordinary Zendesk job (5 to 15 s).
 */
const graceMs = 60_000;
const progressEveryMs = 100;
const dayMs = 86_400_000;

/** Records the start of a run and creates what its parts share. */
export async function openRun<T, P>(pipeline: Pipeline<T, P>, options: RunOptions): Promise<Run<T, P>> {
  const { store, id, clock, log } = pipeline;
  const runId = randomUUID();
  const startedAt = clock.now();
  await store.beginRun(id, { id: runId, kind: options.kind, startedAt });
  const checkpoint = await store.checkpoint(id);

  const stop = createStop(pipeline, options.signal);
  const warnings = new Map<string, Warning>();
  const warn = (warning: Warning): void => {
    const known = `${warning.code}\n${warning.message}`;
    if (warnings.has(known)) return;
    warnings.set(known, warning);
    log.warn({ code: warning.code }, warning.message);
  };
  for (const warning of pipeline.warnings ?? []) warn(warning);
  const context = (signal: AbortSignal): CallContext => ({ signal, log, warn });
  const tally = createTally();
  let progressAt = Number.NEGATIVE_INFINITY;

  const run: Run<T, P> = {
    id: runId,
    pipeline,
    options,
    startedAt,
    tally,
    pageTracker: createPageTracker((cursor) => saveCheckpoint(run, cursor)),
    stateQueue: new PQueue({ concurrency: 1 }),
    inFlight: new Map(),
    superseding: new Map(),
    followUps: new Map(),
    externalIdsInFlight: new Map(),
    redecisions: new Map(),
    refusedUsers: createRefusedUsers(),
    refusals: new Map(),
    work: context(stop.work),
    reading: context(stop.reading),
    sending: stop.sending,
    warnings,
    progressCount: 0,
    nextSequence: await store.nextSequence(id),
    held: false,
    canary: undefined,
    related: undefined,
    total: undefined,
    failure: undefined,
    isFirstOfDay: dayOf(checkpoint?.savedAt ?? 0) !== dayOf(startedAt),
    cursor: checkpoint?.cursor ?? null,
    fail(error) {
      // A call that was aborted because a stop was requested has not failed.
      if (stop.reading.aborted && (error === stop.reading.reason || isAbort(error))) return;
      run.failure ??= error instanceof Error ? error : new Error(String(error));
      // What was read before the source failed is still written: a page that always fails holds back only what follows it.
      if (!(error instanceof RolodeskError && error.side === 'source')) stop.haltSending('The run has failed.');
      stop.halt('The run has failed.');
    },
    stop() {
      stop.haltSending('The run was asked to stop.');
      stop.halt('The run was asked to stop.');
    },
    stopping: () => stop.reading.aborted,
    progress(phase, directoryUsers) {
      const now = clock.elapsed();
      if (!options.onProgress || now - progressAt < progressEveryMs) return;
      progressAt = now;
      options.onProgress(snapshot(phase, directoryUsers));
    },
    close: stop.close,
  };
  return run;

  function snapshot(phase: Progress['phase'], directoryUsers: number | undefined): Progress {
    return {
      phase,
      tallies: tally.tallies(),
      inFlight: run.inFlight.size,
      ...defined({ directoryUsers, total: run.total }),
    };
  }
}

/**
 * Three signals. `reading` aborts at once when a stop is requested or the run has failed; `sending` does too, but not
 * when only the source has failed. `work` aborts a minute after `reading`, so that writes in flight can finish.
 */
function createStop<T, P>({ clock, log }: Pipeline<T, P>, asked: AbortSignal) {
  const halt = new AbortController();
  const sending = new AbortController();
  const work = new AbortController();
  const closed = new AbortController();
  const reading = AbortSignal.any([asked, halt.signal]);
  const onStop = (): void => {
    log.info({}, 'stopping: no more reading, batches in flight are followed to their end');
    clock.sleep(graceMs, closed.signal).then(
      () => work.abort(new Error('Batches in flight did not end in time.')),
      () => undefined,
    );
  };
  if (reading.aborted) onStop();
  else reading.addEventListener('abort', onStop, { once: true });
  return {
    reading,
    sending: AbortSignal.any([asked, sending.signal]),
    work: work.signal,
    halt: (why: string) => halt.abort(new Error(why)),
    haltSending: (why: string) => sending.abort(new Error(why)),
    close: () => {
      reading.removeEventListener('abort', onStop);
      closed.abort(new Error('The run is over.'));
    },
  };
}

function dayOf(time: number): number {
  return Math.floor(time / dayMs);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'InterruptedError');
}
