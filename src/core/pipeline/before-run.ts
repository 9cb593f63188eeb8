import { randomUUID } from 'node:crypto';
import { InterruptedError, StateError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { describeError } from '../report/describe-error.ts';
import type { Pipeline, RunOptions } from './types.ts';

type Ports = Pick<Pipeline<unknown, unknown>, 'store' | 'id' | 'name' | 'clock' | 'log'> & Pick<RunOptions, 'signal'>;

const nothingRead = { read: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0 };

/**
 * Does what must succeed before a run can start. If it fails, it is recorded as a run that failed, with the reason, so
 * that `runs`, `status` and monitors see it. The caller holds the lease. Rethrows the error of `work`.
 */
export async function beforeRun<R>(kind: RunOptions['kind'], ports: Ports, work: () => Promise<R>): Promise<R> {
  const startedAt = ports.clock.now();
  try {
    return await work();
  } catch (error) {
    // A stop was requested: nobody needs to be notified.
    if (!ports.signal.aborted && !(error instanceof InterruptedError)) await record(ports, { kind, startedAt, error });
    throw error;
  }
}

async function record(
  ports: Ports,
  {
    kind,
    startedAt,
    error,
  }: { readonly kind: RunOptions['kind']; readonly startedAt: number; readonly error: unknown },
): Promise<void> {
  const { store, id, clock, log } = ports;
  const run = randomUUID();
  try {
    await store.beginRun(id, { id: run, kind, startedAt });
    const finishedAt = clock.now();
    const report = await failedReport(ports, { run, startedAt, finishedAt, error });
    await store.finishRun(id, { id: run, outcome: 'failed', finishedAt, report });
  } catch (unrecorded) {
    if (!(unrecorded instanceof StateError)) throw unrecorded;
    // The caller must get the original error.
    log.error({ code: unrecorded.code, reason: unrecorded.message }, 'a run that failed could not be recorded');
  }
}

async function failedReport(
  { store, id, name }: Ports,
  {
    run,
    startedAt,
    finishedAt,
    error,
  }: { readonly run: string; readonly startedAt: number; readonly finishedAt: number; readonly error: unknown },
): Promise<Json> {
  const report: RunReport = {
    run,
    pipeline: name,
    outcome: 'failed',
    tallies: nothingRead,
    skips: {},
    rejects: [],
    requests: { source: 0, destination: 0, throttled: 0 },
    timings: { source: {}, destination: {} },
    cursor: (await store.checkpoint(id))?.cursor ?? null,
    warnings: [],
    error: describeError(error),
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(finishedAt).toISOString(),
  };
  // JSON values only; the compiler cannot infer that from an interface.
  return report as unknown as Json;
}
