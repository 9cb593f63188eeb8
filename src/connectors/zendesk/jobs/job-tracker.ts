import type { Clock } from '../../../core/clock.ts';
import type { Logger } from '../../../core/domain/log.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { JobStatus } from '../api/api-schemas.ts';

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

/**
 * When to look at a job before any job has ended: after 0.1 s, 0.16 s, 0.26 s …, then every second for as long as jobs
 * usually take. The duration of the first one says when to look at the next ones.
 */
const initialPollIntervalMs = 100;
const initialPollGrowth = 1.6;
const initialMaxPollIntervalMs = 1_000;
const usualJobsMs = 15_000;
/** A job that has ended may have ended some time before we looked: look at the next one a little earlier. */
const soonerEachTime = 0.97;
const minPollIntervalMs = 20;
const maxPollIntervalMs = 5_000;
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
  const endWaiters = new Set<() => void>();
  const closed = new AbortController();
  let expectedMs: number | undefined;
  let repolls = 0;
  let lookedAt = clock.elapsed();
  let polling = false;

  function pauseMs(): number {
    const oldest = Math.min(...[...followed.values()].map(({ since }) => since));
    if (expectedMs === undefined) {
      const latest = clock.elapsed() - oldest < usualJobsMs ? initialMaxPollIntervalMs : maxPollIntervalMs;
      return Math.min(latest, initialPollIntervalMs * initialPollGrowth ** repolls);
    }
    const left = oldest + expectedMs - clock.elapsed();
    if (left > minPollIntervalMs && repolls === 0) return Math.min(left + expectedMs * 0.02, maxPollIntervalMs);
    return Math.max(minPollIntervalMs, Math.min(maxPollIntervalMs, expectedMs * 0.05 * 1.5 ** repolls));
  }

  async function poll(): Promise<void> {
    if (polling) return;
    polling = true;
    try {
      while (followed.size > 0) {
        await clock.sleep(pauseMs(), closed.signal);
        const asked = [...followed.values()].slice(0, maxIdsPerPoll);
        const statuses = await api.jobStatuses(
          asked.map(({ id }) => id),
          closed.signal,
        );
        const byId = new Map(statuses.map((status) => [status.id, status]));
        const ended = asked.filter((job) => look(job, byId.get(job.id))).length;
        repolls = ended > 0 ? 0 : repolls + 1;
        lookedAt = clock.elapsed();
      }
    } catch (error) {
      for (const job of followed.values()) job.fail(error);
      followed.clear();
      wakeWaiters();
    } finally {
      polling = false;
    }
  }

  /** True if the job has ended in any way. */
  function look(job: Followed, status: JobStatus | undefined): boolean {
    if (!status) {
      job.missing += 1;
      return job.missing >= missesBeforeGone && finish(job, { kind: 'gone' });
    }
    if (status.status === 'queued' || status.status === 'working') {
      const progress = `${status.status} ${String(status.progress)}`;
      if (progress !== job.progress) {
        job.progress = progress;
        job.movedAt = clock.elapsed();
      }
      return clock.elapsed() - job.movedAt > stuckAfterMs && finish(job, { kind: 'stuck' });
    }
    const took = clock.elapsed() - job.since;
    // The first one ended somewhere between the look before and this one.
    if (expectedMs === undefined) expectedMs = took - Math.max(0, clock.elapsed() - lookedAt) / 2;
    else expectedMs = expectedMs * 0.7 + took * (repolls === 0 ? soonerEachTime : 1) * 0.3;
    return finish(job, {
      kind: 'ended',
      status: status.status,
      results: Array.isArray(status.results) ? status.results : undefined,
    });
  }

  function finish(job: Followed, end: JobEnd): true {
    followed.delete(job.id);
    log.debug({ job: job.id, end: end.kind }, 'job ended');
    job.end(end);
    wakeWaiters();
    return true;
  }

  function wakeWaiters(): void {
    for (const waiter of endWaiters) waiter();
    endWaiters.clear();
  }

  return {
    async follow(id: string, signal: AbortSignal): Promise<JobEnd> {
      signal.throwIfAborted();
      seen.add(id);
      return await new Promise<JobEnd>((resolve, reject) => {
        const now = clock.elapsed();
        const stop = (): void => {
          followed.delete(id);
          reject(signal.reason);
        };
        signal.addEventListener('abort', stop, { once: true });
        const settle =
          <A>(act: (value: A) => void) =>
          (value: A): void => {
            signal.removeEventListener('abort', stop);
            act(value);
          };
        followed.set(id, {
          id,
          since: now,
          movedAt: now,
          progress: '',
          missing: 0,
          end: settle(resolve),
          fail: settle(reject),
        });
        void poll();
      });
    },
    isFollowing: (): boolean => followed.size > 0,
    /** Resolves when any followed job ends, in whatever way. */
    async nextEnd(signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const stop = (): void => {
          endWaiters.delete(wake);
          reject(signal.reason);
        };
        const wake = (): void => {
          signal.removeEventListener('abort', stop);
          resolve();
        };
        signal.addEventListener('abort', stop, { once: true });
        endWaiters.add(wake);
      });
    },
    /** True for a job that we follow or have followed. */
    knows: (id: string): boolean => seen.has(id),
    close: (): void => closed.abort(new Error('The job tracker is closed.')),
  };
}

export type JobTracker = ReturnType<typeof createJobTracker>;
