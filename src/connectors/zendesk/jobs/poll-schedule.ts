import { defined } from '../../../core/defined.ts';
import { type FollowedJob, type PredictedEnd, type Progress, predictEnds, seenAgain } from './predict-ends.ts';
import { createWorkTimes } from './work-times.ts';

/** Before anything is known of how long jobs take: 0.1 s after the first was queued, then 0.16 s later, 0.26 s … */
const firstLookMs = 100;
const firstLookGrowth = 1.6;
const firstLookMaxMs = 1_000;
const usualJobsMs = 15_000;
const slowLookMaxMs = 5_000;
/** The time of a job is not well known from little progress: look again before four times as much has passed. */
const roughGrowth = 3;

const minGapMs = 20;
const maxGapMs = 10_000;
/** Looks in a row that find nothing ended come ever later: 3 % of a job's time, 4.5 %, 7 % … */
const emptyGapShare = 0.03;
const emptyGapGrowth = 1.5;
const emptyLooksKept = 4;
/** Look when this part of the jobs that wait at Zendesk for other jobs has been begun. */
const refillShare = 0.6;
/** How long a job that has ended may wait on average for the look that shows more of them, in parts of a job's time. */
const maxIdleShare = 0.04;
const marginShare = 0.005;
/** Until the last job's own progress has been seen, look at this part of the time to its expected end. */
const uncertainShare = 0.75;
/** Looks that cost no patience: some to learn how long jobs take, and one for every seven jobs. */
const freeLooks = 6;
const jobsPerLook = 7;
const maxExcess = 6;

/** What a look shows of one job. */
export type JobView = { readonly id: string } & (
  | { readonly hasEnded: true }
  | ({ readonly hasEnded: false } & Progress)
);

/**
 * When to look at our jobs. A look is a call, and a job that has ended and was not looked at takes a slot. So while
 * batches wait for a slot, look just before Zendesk has worked off what we have queued there; and when none waits, when
 * the last job is expected to end. What is expected comes from the progress of jobs, and from those that have ended.
 *
 * It does no I/O and has no clock: the caller passes the time, in ms of one clock.
 */
export function createPollSchedule() {
  const jobs = new Map<string, FollowedJob>();
  const times = createWorkTimes();
  let workers = Number.POSITIVE_INFINITY;
  const patience = createPollBackoff();
  let lookedAt = Number.NEGATIVE_INFINITY;

  function earliestSince(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { since } of jobs.values()) earliest = Math.min(earliest, since);
    return earliest;
  }

  return {
    queued(id: string, at: number): void {
      jobs.set(id, { since: at, ...(jobs.size < workers && { begunAt: at }) });
    },
    forget(id: string): void {
      jobs.delete(id);
    },
    looked(views: readonly JobView[], at: number): void {
      const working = views.filter((view) => !view.hasEnded && view.isWorking).length;
      const ended: FollowedJob[] = [];
      const open: FollowedJob[] = [];
      let queued = 0;
      for (const view of views) {
        const job = jobs.get(view.id);
        if (!job) continue;
        if (view.hasEnded) {
          ended.push(job);
          jobs.delete(view.id);
          continue;
        }
        const seen = seenAgain(job, view, {
          at,
          previousAt: lookedAt,
          othersWork: working > 0,
          ...(!times.isRough() && defined({ workMs: times.workMs() })),
        });
        jobs.set(view.id, seen);
        if (view.isWorking) open.push(seen);
        else queued += 1;
      }
      const wasBusy = working > 0 && queued > 0;
      times.learnFromProgress(open);
      // One still waits, so all workers were busy all the time.
      if (wasBusy && ended.length >= working) times.learnFromPace((working * (at - lookedAt)) / ended.length);
      else times.learnFromEnds(ended, at);
      // While one waits, all workers are busy. Otherwise there may be more of them than we see.
      if (working > 0) workers = wasBusy ? working : Math.max(workers, working);
      patience.looked(ended.length);
      lookedAt = at;
    },
    /** `isSlotWanted`: a batch waits until one of our jobs ends. */
    nextPollAt(isSlotWanted: boolean): number {
      const from = Math.max(lookedAt, earliestSince());
      const workMs = times.workMs();
      if (workMs === undefined) {
        const latest = from - earliestSince() < usualJobsMs ? firstLookMaxMs : slowLookMaxMs;
        return from + Math.min(latest, firstLookMs * firstLookGrowth ** patience.emptyLooks());
      }
      const ends = predictEnds(jobs.values(), { workMs, workers });
      const idleBudgetMs = ends.length * workMs * maxIdleShare * patience.factor();
      const end =
        (isSlotWanted ? wantedEnd(ends, { workers, idleBudgetMs }) : (ends.at(-1)?.at ?? from)) + workMs * marginShare;
      const isUncertain = times.hasSeenProgress() && !isSlotWanted && !ends.at(-1)?.isCertain;
      const at = isUncertain ? from + (end - from) * uncertainShare : end;
      const gapMs = Math.min(maxGapMs, Math.max(minGapMs, workMs * patience.gapShare()));
      const maxWaitMs = times.isRough() ? Math.min(maxGapMs, roughGrowth * (from - earliestSince())) : maxGapMs;
      return from + Math.max(gapMs, Math.min(at - from, maxWaitMs));
    },
  };
}

/** How much later looks come that find too little. */
function createPollBackoff() {
  /** Looks in a row at which no job had ended. One at which some had forgets all but the last few of them, less two. */
  let emptyLooks = 0;
  /** Looks beyond those that the jobs that have ended allow. */
  let excess = -freeLooks;

  /** From 1 up: the more looks there were for the jobs that have ended, the later the next one. */
  const factor = (): number => Math.max(1, 2 ** (excess / 2));

  return {
    looked(ended: number): void {
      emptyLooks = ended > 0 ? Math.max(0, Math.min(emptyLooks, emptyLooksKept) - 2) : emptyLooks + 1;
      excess = Math.min(maxExcess, excess + 1 - ended / jobsPerLook);
    },
    emptyLooks: () => emptyLooks,
    factor,
    /** The least time to the next look, in parts of a job's time. */
    gapShare: () => (emptyLooks === 0 ? 0 : emptyGapShare * emptyGapGrowth ** emptyLooks * factor()),
  };
}

/**
 * The end to wait for: Zendesk still has enough of ours to work on then. Jobs that end soon after it are waited for,
 * too, while those that have ended lose little time by it.
 */
function wantedEnd(
  ends: readonly PredictedEnd[],
  { workers, idleBudgetMs }: { readonly workers: number; readonly idleBudgetMs: number },
): number {
  const waiting = Math.max(0, ends.length - workers);
  const [first = { at: 0 }, ...later] = ends.slice(Math.min(ends.length - 1, Math.floor(waiting * refillShare)));
  let at = first.at;
  let lostMs = 0;
  for (const [ended, next] of later.entries()) {
    lostMs += (ended + 1) * (next.at - at);
    if (lostMs > idleBudgetMs) break;
    at = next.at;
  }
  return at;
}
