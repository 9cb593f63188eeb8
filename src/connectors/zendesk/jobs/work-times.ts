import type { FollowedJob } from './predict-ends.ts';

/** Of what looks show of a job's time, this part counts; the rest is what was thought before. */
const smoothing = 0.5;
const soonerEachTime = 0.97;

/** How long Zendesk works on a job, as far as looks at jobs have shown it. */
export function createWorkTimes() {
  let workMs: number | undefined;
  let isRough = true;
  let showsProgress = false;

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
  function learnFromEnds(ended: readonly FollowedJob[], at: number): void {
    const took = ended.flatMap(({ begunAt, seen }) => {
      if (begunAt === undefined || seen?.share !== undefined) return [];
      if (seen || workMs === undefined) return [at - begunAt - (at - (seen?.at ?? begunAt)) / 2];
      const atMost = (at - begunAt) * soonerEachTime;
      return atMost < workMs ? [atMost] : [];
    });
    learn(took, { areRough: false });
  }

  function learnFromProgress(open: readonly FollowedJob[]): void {
    showsProgress ||= open.some(({ seen }) => seen?.share !== undefined);
    const rates = open.flatMap(({ rate }) => (rate === undefined ? [] : [1 / rate]));
    learn(rates, { areRough: false });
    if (rates.length > 0) return;
    const shown = open.flatMap(({ since, seen }) => (seen?.share ? [(seen.at - since) / seen.share] : []));
    learn(shown, { areRough: true });
  }

  return {
    workMs: () => workMs,
    /** True while nothing but little progress of first jobs has shown it. */
    isRough: () => isRough,
    hasSeenProgress: () => showsProgress,
    learnFromEnds,
    learnFromProgress,
    /** From how many jobs have ended while Zendesk had more to do. */
    learnFromPace: (ms: number): void => learn([ms], { areRough: false }),
  };
}
