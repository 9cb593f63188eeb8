import { defined } from '../../../core/defined.ts';

/** A job of ours that Zendesk has queued, as far as looks have shown it. Times are those of one clock, in ms. */
export interface FollowedJob {
  /** When we learned that it was queued. */
  readonly since: number;
  /** When Zendesk began to work on it, as far as can be said. */
  readonly begunAt?: number;
  /** What the last look showed of it; absent before the first one. */
  readonly seen?: {
    readonly at: number;
    /** The part of its rows that was done, from 0 to 1. Absent where Zendesk does not say. */
    readonly share?: number;
  };
  /** The part of its rows that is done in a millisecond, if looks at it have shown that. */
  readonly rate?: number;
}

export interface JobModel {
  /** How long Zendesk works on a job. */
  readonly workMs: number;
  /** How many of our jobs Zendesk works on at once, as far as looks have shown it. */
  readonly workers: number;
}

export interface PredictedEnd {
  readonly at: number;
  /** Its own progress says so, not that of other jobs. */
  readonly isCertain: boolean;
}

/** A job that should have ended and had not: its end is expected this part of a job's time after the look. */
const overdueShare = 0.05;

/**
 * When each of these jobs is expected to end. Zendesk works on some at once, and begins the others in the order in
 * which they were queued, each as soon as one ends.
 */
export function predictEnds(jobs: Iterable<FollowedJob>, { workMs, workers }: JobModel): readonly PredictedEnd[] {
  const ends: PredictedEnd[] = [];
  const waiting: FollowedJob[] = [];
  for (const job of jobs) {
    if (job.seen && job.begunAt !== undefined) ends.push(endOfBegun(job, job.seen, job.begunAt, workMs));
    else waiting.push(job);
  }
  /** When the workers have time again. One that we know of no job for has time now. */
  const freeAt = ends.map(({ at }) => at);
  for (const { since, seen } of waiting) {
    const freed = freeAt.length < workers ? Number.NEGATIVE_INFINITY : takeEarliest(freeAt);
    const at = Math.max(Math.max(since, freed) + workMs, (seen?.at ?? since) + workMs * overdueShare);
    freeAt.push(at);
    ends.push({ at, isCertain: false });
  }
  return ends.sort((one, other) => one.at - other.at);
}

function endOfBegun(
  { rate }: FollowedJob,
  { at, share }: NonNullable<FollowedJob['seen']>,
  begunAt: number,
  workMs: number,
): PredictedEnd {
  if (share === undefined) return { at: Math.max(begunAt + workMs, at + workMs * overdueShare), isCertain: false };
  return { at: at + (1 - share) / (rate ?? 1 / workMs), isCertain: rate !== undefined };
}

function takeEarliest(times: number[]): number {
  const earliest = Math.min(...times);
  times.splice(times.indexOf(earliest), 1);
  return earliest;
}

/** What a look shows of a job that has not ended. */
export interface Progress {
  readonly isWorking: boolean;
  readonly share?: number;
}

/** Less of a difference between two looks says little, because Zendesk gives whole rows. */
const tellingShare = 0.1;

/** A job that is slower than this, in parts of what jobs usually take, has probably waited before it was begun. */
const believableSlowness = 1.25;

/** The job after one more look at it. `previousAt`: the time of the look before, which may not have been at this job. */
export function seenAgain(
  job: FollowedJob,
  { isWorking, share }: Progress,
  look: { readonly at: number; readonly previousAt: number; readonly othersWork: boolean; readonly workMs?: number },
): FollowedJob {
  const { at } = look;
  const { since } = job;
  const seen = { at, ...defined({ share }) };
  // It waits behind others, whatever we thought.
  if (!isWorking && look.othersWork) return { since, seen };
  if (!isWorking) return { ...job, seen };
  const begunAt = job.begunAt ?? (Math.max(since, look.previousAt) + at) / 2;
  return { since, begunAt, seen, ...defined({ rate: rateOf(job, share ?? 0, look) ?? job.rate }) };
}

function rateOf(
  { seen, begunAt }: FollowedJob,
  share: number,
  { at, workMs = Number.POSITIVE_INFINITY }: { readonly at: number; readonly workMs?: number },
): number | undefined {
  if (seen?.share !== undefined)
    return share - seen.share < tellingShare ? undefined : (share - seen.share) / (at - seen.at);
  if (begunAt === undefined || share < tellingShare) return undefined;
  return (at - begunAt) / share > workMs * believableSlowness ? undefined : share / (at - begunAt);
}
