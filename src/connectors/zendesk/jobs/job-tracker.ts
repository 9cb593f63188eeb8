import type { Clock } from '../../../core/clock.ts';
import type { Logger } from '../../../core/domain/log.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { JobStatus } from '../api/api-schemas.ts';
import { createPollInterval } from './poll-interval.ts';

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

/**
 * Follows all of our jobs with one call. It looks again when the oldest job is expected to end, going by those that
 * have ended.
 */
export function createJobTracker({
  api,
  clock,
  log,
}: {
  readonly api: Pick<ZendeskApi, 'jobStatuses'>;
  readonly clock: Clock;
  readonly log: Logger;
}) {
  const followed = new Map<string, Followed>();
  const seen = new Set<string>();
  const waiters = createWaiters();
  const closed = new AbortController();
  const interval = createPollInterval(clock);
  let polling = false;

  async function poll(): Promise<void> {
    if (polling) return;
    polling = true;
    try {
      while (followed.size > 0) {
        const oldest = Math.min(...[...followed.values()].map(({ since }) => since));
        await clock.sleep(interval.nextMs(oldest), closed.signal);
        const asked = [...followed.values()].slice(0, maxIdsPerPoll);
        const statuses = await api.jobStatuses(
          asked.map(({ id }) => id),
          closed.signal,
        );
        const byId = new Map(statuses.map((status) => [status.id, status]));
        const ended = asked.filter((job) => look(job, byId.get(job.id)));
        interval.looked({ hasEnded: ended.length > 0 });
      }
    } catch (error) {
      for (const job of followed.values()) job.fail(error);
      followed.clear();
      waiters.wake();
    } finally {
      polling = false;
    }
  }

  /** True if the job has ended in any way. */
  function look(job: Followed, status: JobStatus | undefined): boolean {
    const end = endOf(job, status, clock.elapsed());
    if (end?.kind === 'ended') interval.jobEnded(job.since);
    return end !== undefined && finish(job, end);
  }

  function finish(job: Followed, end: JobEnd): true {
    followed.delete(job.id);
    log.debug({ job: job.id, end: end.kind }, 'job ended');
    job.end(end);
    waiters.wake();
    return true;
  }

  return {
    async follow(id: string, signal: AbortSignal): Promise<JobEnd> {
      signal.throwIfAborted();
      seen.add(id);
      const { promise, ...ends } = abortable<JobEnd>(signal, () => followed.delete(id));
      const now = clock.elapsed();
      followed.set(id, { id, since: now, movedAt: now, progress: '', missing: 0, ...ends });
      void poll();
      return await promise;
    },
    isFollowing: (): boolean => followed.size > 0,
    /** Resolves when any followed job ends, in whatever way. */
    nextEnd: waiters.next,
    /** True for a job that we follow or have followed. */
    knows: (id: string): boolean => seen.has(id),
    close: (): void => closed.abort(new Error('The job tracker is closed.')),
  };
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

/** Whoever waits for the end of any job. */
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
