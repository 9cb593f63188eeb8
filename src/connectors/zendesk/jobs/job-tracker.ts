import type { Clock } from '../../../core/clock.ts';
import { defined } from '../../../core/defined.ts';
import type { Logger } from '../../../core/domain/log.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { JobStatus } from '../api/api-schemas.ts';
import { createPollSchedule, type JobView } from './poll-schedule.ts';

export type JobEnd =
  | { readonly kind: 'ended'; readonly status: string; readonly results: readonly unknown[] | undefined }
  /** Zendesk does not know the job, or no longer does. */
  | { readonly kind: 'gone' }
  /** The job has neither ended nor progressed for ten minutes. */
  | { readonly kind: 'stuck' };

interface Followed {
  readonly id: string;
  readonly since: number;
  movedAt: number;
  progress: string;
  missing: number;
  readonly end: (end: JobEnd) => void;
  readonly fail: (error: unknown) => void;
}

const maxIdsPerPoll = 100;
const stuckAfterMs = 10 * 60_000;
/** A job counts as gone only if it is missing twice, because lists lag. */
const missesBeforeGone = 2;

interface JobTrackerOptions {
  readonly api: Pick<ZendeskApi, 'jobStatuses'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether a batch waits until one of our jobs ends. */
  readonly isSlotWanted?: () => boolean;
}

/** Follows all of our jobs with one call. `createPollSchedule` says when to look. */
export function createJobTracker({ api, clock, log, isSlotWanted = () => false }: JobTrackerOptions) {
  const followed = new Map<string, Followed>();
  const seen = new Set<string>();
  const waiters = createWaiters();
  const changed = createWaiters();
  const closed = new AbortController();
  const schedule = createPollSchedule();
  const nextPollAt = () => (followed.size > 0 ? schedule.nextPollAt(isSlotWanted()) : undefined);
  let polling = false;

  async function poll(): Promise<void> {
    if (polling) return;
    polling = true;
    try {
      while (followed.size > 0) {
        await untilNextLook(nextPollAt, { clock, changed, signal: closed.signal });
        const asked = [...followed.values()].slice(0, maxIdsPerPoll);
        if (asked.length === 0) break;
        const statuses = await api.jobStatuses(
          asked.map(({ id }) => id),
          closed.signal,
        );
        const at = clock.elapsed();
        const ends = endsOf(asked, statuses, at);
        schedule.looked(ends.flatMap(viewOf), at);
        for (const { job, end } of ends) if (end) finish(job, end);
      }
    } catch (error) {
      for (const job of followed.values()) {
        schedule.forget(job.id);
        job.fail(error);
      }
      followed.clear();
      waiters.wake();
    } finally {
      polling = false;
    }
  }

  function finish(job: Followed, end: JobEnd): void {
    schedule.forget(job.id);
    followed.delete(job.id);
    log.debug({ job: job.id, end: end.kind }, 'job ended');
    job.end(end);
    waiters.wake();
  }

  return {
    async follow(id: string, signal: AbortSignal): Promise<JobEnd> {
      signal.throwIfAborted();
      seen.add(id);
      const { promise, ...ends } = abortable<JobEnd>(signal, () => {
        followed.delete(id);
        schedule.forget(id);
        changed.wake();
      });
      const now = clock.elapsed();
      followed.set(id, { id, since: now, movedAt: now, progress: '', missing: 0, ...ends });
      schedule.queued(id, now);
      changed.wake();
      void poll();
      return await promise;
    },
    isFollowing: (): boolean => followed.size > 0,
    /** Resolves when any followed job ends, in whatever way. */
    nextEnd: waiters.next,
    /** Decides again when to look: a batch has begun to wait for a slot. */
    reschedule: changed.wake,
    /** True for a job that we follow or have followed. */
    knows: (id: string): boolean => seen.has(id),
    close: (): void => closed.abort(new Error('The job tracker is closed.')),
  };
}

/** Whatever changes meanwhile may bring the next look forward, put it off, or make it needless. */
async function untilNextLook(
  nextPollAt: () => number | undefined,
  {
    clock,
    changed,
    signal,
  }: { readonly clock: Clock; readonly changed: ReturnType<typeof createWaiters>; readonly signal: AbortSignal },
): Promise<void> {
  for (let at = nextPollAt(); at !== undefined && at > clock.elapsed(); at = nextPollAt()) {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    try {
      await Promise.race([clock.sleep(at - clock.elapsed(), either), changed.next(either)]);
    } finally {
      over.abort();
    }
  }
}

/** The state of a job: ended, or in progress. Remembers whether it has moved. */
function endOf(job: Followed, status: JobStatus | undefined, now: number): JobEnd | undefined {
  if (!status) {
    job.missing += 1;
    return job.missing >= missesBeforeGone ? { kind: 'gone' } : undefined;
  }
  if (status.status === 'queued' || status.status === 'working') {
    const progress = `${status.status} ${String(status.progress)}`;
    if (progress !== job.progress) {
      job.progress = progress;
      job.movedAt = now;
    }
    return now - job.movedAt > stuckAfterMs ? { kind: 'stuck' } : undefined;
  }
  const results = Array.isArray(status.results) ? status.results : undefined;
  return { kind: 'ended', status: status.status, results };
}

/** What one look shows of each job. */
interface Look {
  readonly job: Followed;
  readonly status: JobStatus | undefined;
  readonly end: JobEnd | undefined;
}

function endsOf(asked: readonly Followed[], statuses: readonly JobStatus[], now: number): readonly Look[] {
  const byId = new Map(statuses.map((status) => [status.id, status]));
  return asked.map((job) => {
    const status = byId.get(job.id);
    return { job, status, end: endOf(job, status, now) };
  });
}

/** What the schedule learns of a job. Of a job that a list leaves out it learns nothing. */
function viewOf({ job: { id }, status, end }: Look): readonly JobView[] {
  if (end?.kind === 'ended') return [{ id, hasEnded: true }];
  if (!status) return [];
  const { progress, total } = status;
  const isKnown = typeof progress === 'number' && typeof total === 'number' && total > 0;
  // Half a row more, because Zendesk gives whole ones. Without progress nobody knows how far the job is.
  const share = isKnown && progress > 0 ? Math.min(1, (progress + 0.5) / total) : undefined;
  return [{ id, hasEnded: false, isWorking: status.status !== 'queued', ...defined({ share }) }];
}

/** Promises for the next time that something happens, such as the end of any job. */
function createWaiters() {
  const waiting = new Set<() => void>();
  return {
    wake(): void {
      for (const waiter of waiting) waiter();
      waiting.clear();
    },
    async next(signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      const { promise, end } = abortable<void>(signal, () => waiting.delete(end));
      waiting.add(end);
      await promise;
    },
  };
}

/** A promise that is ended from outside, or rejected with the signal's reason; `forget` is called then. */
function abortable<T>(signal: AbortSignal, forget: () => void) {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = (): void => {
    forget();
    reject(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  return {
    promise,
    end(value: T): void {
      signal.removeEventListener('abort', stop);
      resolve(value);
    },
    fail(error: unknown): void {
      signal.removeEventListener('abort', stop);
      reject(error);
    },
  };
}

export type JobTracker = ReturnType<typeof createJobTracker>;
