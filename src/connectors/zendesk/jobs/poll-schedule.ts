import { defined } from '../../../core/defined.ts';
import { type ForecastEnd, type ForecastJob, forecastEnds, type Progress, seenAgain } from './job-forecast.ts';

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
/** Look when this part of the jobs that wait at Zendesk for other jobs has been begun. */
const supplyShare = 0.6;
/** How long a job that has ended may wait on average for the look that shows more of them, in parts of a job's time. */
const lateShare = 0.04;
const marginShare = 0.005;
const soonerEachTime = 0.97;
/** Until the last job's own progress has been seen, look at this part of the time to its expected end. */
const uncertainShare = 0.75;
/** Of what looks show of a job's time, this part counts; the rest is what was thought before. */
const smoothing = 0.5;
/** Looks that cost no patience: some to learn how long jobs take, and one for every seven jobs. */
const freeLooks = 6;
const jobsPerLook = 7;
const maxPatience = 8;

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
  const jobs = new Map<string, ForecastJob>();
  let workMs: number | undefined;
  let isRough = true;
  let workers = Number.POSITIVE_INFINITY;
  let showsProgress = false;
  /** Looks in a row at which no job had ended; one at which some had counts against two of them. */
  let emptyLooks = 0;
  let looks = 0;
  let endedJobs = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;

  function learn(samples: readonly number[], { areRough }: { readonly areRough: boolean }): void {
    if (samples.length === 0 || (areRough && !isRough)) return;
    const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
    workMs = workMs === undefined || (isRough && !areRough) ? mean : workMs + (mean - workMs) * smoothing;
    isRough = areRough;
  }

  /**
   * A job that a look had shown in work ended between that look and this one. Of the others we know only that they took
   * less: if that is about as long as expected, expect the next ones a little sooner, and see.
   */
  function learnFromEnds(ended: readonly ForecastJob[], at: number): void {
    const took = ended.flatMap(({ begunAt, seen }) => {
      if (begunAt === undefined || seen?.share !== undefined) return [];
      if (seen || workMs === undefined) return [at - begunAt - (at - (seen?.at ?? begunAt)) / 2];
      const atMost = (at - begunAt) * soonerEachTime;
      return atMost < workMs ? [atMost] : [];
    });
    learn(took, { areRough: false });
  }

  function learnFromProgress(open: readonly ForecastJob[]): void {
    showsProgress ||= open.some(({ seen }) => seen?.share !== undefined);
    const rates = open.flatMap(({ rate }) => (rate === undefined ? [] : [1 / rate]));
    learn(rates, { areRough: false });
    if (rates.length > 0) return;
    const shown = open.flatMap(({ since, seen }) => (seen?.share ? [(seen.at - since) / seen.share] : []));
    learn(shown, { areRough: true });
  }

  function earliestSince(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { since } of jobs.values()) earliest = Math.min(earliest, since);
    return earliest;
  }

  /** From 1 up: the more looks there were for the jobs that have ended, the later the next one. */
  function patience(): number {
    const excess = looks - freeLooks - endedJobs / jobsPerLook;
    return Math.min(maxPatience, Math.max(1, 2 ** (excess / 2)));
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
      const ended: ForecastJob[] = [];
      const open: ForecastJob[] = [];
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
          ...(!isRough && defined({ workMs })),
        });
        jobs.set(view.id, seen);
        if (view.isWorking) open.push(seen);
        else queued += 1;
      }
      const wasBusy = working > 0 && queued > 0;
      learnFromProgress(open);
      // One still waits, so all workers were busy all the time.
      if (wasBusy && ended.length >= working) learn([(working * (at - lookedAt)) / ended.length], { areRough: false });
      else learnFromEnds(ended, at);
      // While one waits, all workers are busy. Otherwise there may be more of them than we see.
      if (working > 0) workers = wasBusy ? working : Math.max(workers, working);
      emptyLooks = ended.length > 0 ? Math.max(0, emptyLooks - 2) : emptyLooks + 1;
      looks += 1;
      endedJobs += ended.length;
      lookedAt = at;
    },
    /** `isSlotWanted`: a batch waits until one of our jobs ends. */
    nextLookAt(isSlotWanted: boolean): number {
      const from = Math.max(lookedAt, earliestSince());
      if (workMs === undefined) {
        const latest = from - earliestSince() < usualJobsMs ? firstLookMaxMs : slowLookMaxMs;
        return from + Math.min(latest, firstLookMs * firstLookGrowth ** emptyLooks);
      }
      const ends = forecastEnds(jobs.values(), { workMs, workers });
      const end = (isSlotWanted ? wantedEnd(ends, workMs) : (ends.at(-1)?.at ?? from)) + workMs * marginShare;
      const isUncertain = showsProgress && !isSlotWanted && !ends.at(-1)?.isCertain;
      const at = isUncertain ? from + (end - from) * uncertainShare : end;
      const emptyGapMs = emptyLooks === 0 ? 0 : workMs * emptyGapShare * emptyGapGrowth ** emptyLooks;
      const gapMs = Math.min(maxGapMs, Math.max(minGapMs, emptyGapMs * patience()));
      const latestMs = isRough ? Math.min(maxGapMs, roughGrowth * (from - earliestSince())) : maxGapMs;
      return from + Math.max(gapMs, Math.min(at - from, latestMs));
    },
  };

  /**
   * The end to wait for: Zendesk still has enough of ours to work on then. Jobs that end soon after it are waited for,
   * too, while those that have ended lose little time by it.
   */
  function wantedEnd(ends: readonly ForecastEnd[], jobMs: number): number {
    const waiting = Math.max(0, ends.length - workers);
    const [first = { at: 0 }, ...later] = ends.slice(Math.min(ends.length - 1, Math.floor(waiting * supplyShare)));
    const mayLoseMs = ends.length * jobMs * lateShare * patience();
    let at = first.at;
    let lostMs = 0;
    for (const [ended, next] of later.entries()) {
      lostMs += (ended + 1) * (next.at - at);
      if (lostMs > mayLoseMs) break;
      at = next.at;
    }
    return at;
  }
}
