import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallContext } from '../../../core/domain/context.ts';
import { TransientError } from '../../../core/domain/errors.ts';
import type { BulkReply } from '../api/calls.ts';
import type { RefusalWords } from '../api/http.ts';
import type { JobDependencies } from './job-dependencies.ts';

/** `lost`: nobody knows what the job did, but no job is running any more, so the users show it. */
export type JobRun =
  /** `isWhole`: Zendesk says that the job did everything and did not break off. */
  | { readonly kind: 'ended'; readonly isWhole: boolean; readonly results: readonly unknown[] | undefined }
  | ({ readonly kind: 'refused' } & RefusalWords)
  | { readonly kind: 'lost' }
  | { readonly kind: 'forbidden' };

interface JobContext extends CallContext {
  /** Once it aborts, a request that has not been accepted yet is not sent: `runJob` throws the signal's reason. */
  readonly sending?: AbortSignal | undefined;
  jobStarted(jobId: string): Promise<void>;
}

/** Zendesk sends no Retry-After with TooManyJobs (unconfirmed), and waiting for the next minute does not help. */
const tooManyJobsPauseMs = 5_000;
const maxJobWaitMs = 10 * 60_000;
/** The interval between looks: 0.2 s at first, then 1.5 times as long each time, up to 5 s. */
const initialLookDelayMs = 200;
const lastLookMs = 5_000;

/**
 * Sends one bulk request and follows its job to the end. If there are too many jobs, it waits until one of ours ends.
 */
export async function runJob(
  dependencies: JobDependencies,
  send: () => Promise<BulkReply>,
  context: JobContext,
): Promise<JobRun> {
  const { gate, tracker, onFailpoint } = dependencies;
  const run = gate.run(async (): Promise<JobRun> => {
    const reply = await submit(dependencies, send, context);
    if (reply.kind !== 'job') return reply;
    onFailpoint('request-sent');
    await context.jobStarted(reply.jobId);
    const end = await tracker.follow(reply.jobId, context.signal);
    onFailpoint('job-ended');
    if (end.kind === 'stuck') throw stuck();
    if (end.kind === 'gone') return { kind: 'lost' };
    return { kind: 'ended', isWhole: end.status === 'completed', results: end.results };
  });
  // It may wait for a slot now: the tracker looks sooner then.
  tracker.reschedule();
  const ended = await run;
  // The batch that waits for the slot is sent first: recording this job's results keeps the process busy for a while.
  if (ended.kind === 'ended') await nextTurn();
  return ended;
}

async function submit(
  dependencies: JobDependencies,
  send: () => Promise<BulkReply>,
  context: Pick<JobContext, 'signal' | 'log' | 'warn' | 'sending'>,
): Promise<Exclude<BulkReply, { kind: 'too-many-jobs' }> | { readonly kind: 'lost' }> {
  const { gate, tracker, clock, log, ambiguousWrites } = dependencies;
  const since = clock.elapsed();
  for (;;) {
    context.sending?.throwIfAborted();
    try {
      const reply = await send();
      ambiguousWrites.answered();
      if (reply.kind !== 'too-many-jobs') return reply;
      gate.shrink();
      log.debug({}, 'too many jobs in Zendesk: waiting for one of ours to end');
      if (!tracker.isFollowing() && clock.elapsed() - since > maxJobWaitMs) throw tooManyJobs();
      await endOrPause(dependencies, context.signal);
    } catch (error) {
      if (!(error instanceof TransientError) || error.effect !== 'unknown' || context.signal.aborted) throw error;
      log.info({ code: error.code }, 'the reply to a bulk request was lost: waiting for its job, if there is one');
      await ambiguousWrites.wait(error, context);
      await waitForUnknownJobs(dependencies, context);
      return { kind: 'lost' };
    }
  }
}

/**
 * Waits until one of our jobs ends, or for a while: all of ours may be waiting here, while other apps' jobs fill the
 * account.
 */
async function endOrPause(
  { tracker, clock }: Pick<JobDependencies, 'tracker' | 'clock'>,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    await Promise.race([tracker.nextEnd(either), clock.sleep(tooManyJobsPauseMs, either)]);
  } finally {
    over.abort();
  }
}

/**
 * A request whose response was lost may have queued a job. Any queued or working job that is not ours may be that one,
 * so look at the users only when all of those have ended.
 */
export async function waitForUnknownJobs(
  { api, tracker, clock }: Pick<JobDependencies, 'api' | 'tracker' | 'clock'>,
  { signal }: CallContext,
): Promise<void> {
  const isOpen = (job: { status: string }): boolean => job.status === 'queued' || job.status === 'working';
  const suspects = (await api.listJobs(signal))
    .filter((job) => isOpen(job) && !tracker.knows(job.id))
    .map(({ id }) => id);
  const until = clock.elapsed() + maxJobWaitMs;
  let open = suspects;
  for (let pauseMs = initialLookDelayMs; open.length > 0; pauseMs = Math.min(lastLookMs, pauseMs * 1.5)) {
    if (clock.elapsed() > until) throw stuck();
    await clock.sleep(pauseMs, signal);
    open = (await api.jobStatuses(open.slice(0, 100), signal)).filter(isOpen).map(({ id }) => id);
  }
}

function tooManyJobs(): TransientError {
  return new TransientError('Zendesk has had too many jobs of other apps for 10 minutes to take one of ours.', {
    code: 'too-many-jobs',
    hint: 'See which app of the account runs bulk jobs, and run again later.',
  });
}

export function stuck(): TransientError {
  return new TransientError(
    'A Zendesk job has neither ended nor moved for 10 minutes. Its rows stay open in the state.',
    {
      code: 'job-stuck',
      hint: 'Run again later: the next run finds out what became of them before it writes anything else.',
    },
  );
}
