import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { PipelineId, StateStore } from '../state/store.ts';
import type { ServiceEvent } from './events.ts';

/** A run is asked for when nothing was heard for so long, and at the latest so long after the first. */
const quietMs = 1_000;
const longestQuietMs = 5_000;
/** More keys than this are found sooner by an incremental sync. */
const mostKeys = 5_000;
/** After a run that failed, doubling. The schedule goes on besides. */
const firstRetryMs = 60_000;
const longestRetryMs = 30 * 60_000;
/** Longer than a sender repeats itself. */
const rememberedMs = 30 * 86_400_000;

/** Asks the service for a run, which may begin at once or later. Without keys: an incremental sync. */
export type AskForRun = (
  pipeline: string,
  trigger: 'change',
  options: { readonly keys?: readonly string[] },
) => unknown;

export interface HearingPorts {
  readonly pipeline: string;
  readonly id: PipelineId;
  readonly store: Pick<StateStore, 'heard' | 'settleHeard' | 'pruneHeard' | 'checkpoint'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** May gather several asks into one run, if that reads the keys of all of them (or everything that has changed). */
  readonly ask: AskForRun;
}

/** Turns what was heard into runs, and settles it by how they end. What it forgets in a crash, the inbox knows. */
export function createFollowUp({ pipeline, id, store, clock, log, ask }: HearingPorts) {
  const closed = new AbortController();
  /** Places in the inbox's order: heard, asked for, and settled up to here. */
  let heardUpTo = 0;
  let askedUpTo = 0;
  let settledUpTo = 0;
  /** Something that was asked for is only settled by a run that has read all changes. */
  let needsWhole = false;
  let begun: { readonly heard: number; readonly asked: number } | undefined;
  let failures = 0;
  let firstAt: number | undefined;
  let lastAt = 0;
  const underWay = new Set<Promise<void>>();

  /** Never rejects: what fails is told to the log, and the inbox keeps what was heard. */
  function go(work: () => Promise<void>): void {
    const going = work().catch(failed);
    underWay.add(going);
    void going.then(() => underWay.delete(going));
  }

  function failed(error: unknown): void {
    if (closed.signal.aborted) return;
    log.error({ pipeline, error: error instanceof Error ? error.message : String(error) }, 'what was heard waits');
  }

  function heard(upTo: number): void {
    heardUpTo = Math.max(heardUpTo, upTo);
    lastAt = clock.elapsed();
    if (firstAt !== undefined) return;
    firstAt = lastAt;
    go(askWhenQuiet);
  }

  async function askWhenQuiet(): Promise<void> {
    for (;;) {
      const left = Math.min(lastAt + quietMs, (firstAt ?? lastAt) + longestQuietMs) - clock.elapsed();
      if (left <= 0) break;
      await clock.sleep(left, closed.signal);
    }
    firstAt = undefined;
    await askForRun();
  }

  async function askForRun(): Promise<void> {
    const { changed, keys, gone, upTo } = await store.heard(id, { after: askedUpTo, limit: mostKeys });
    if (upTo === 0) return;
    askedUpTo = upTo;
    heardUpTo = Math.max(heardUpTo, upTo);
    const isWhole = gone || keys > mostKeys;
    needsWhole ||= isWhole;
    log.info({ pipeline, keys, gone }, 'changes were heard');
    // Not waited for: it may resolve with the run's end, and more is heard until then.
    Promise.resolve(ask(pipeline, 'change', isWhole ? {} : { keys: changed })).catch(failed);
  }

  function listener(event: ServiceEvent): void {
    if (!('pipeline' in event) || event.pipeline !== pipeline) return;
    switch (event.kind) {
      case 'run-begun':
        begun = { heard: heardUpTo, asked: event.trigger === 'change' ? askedUpTo : settledUpTo };
        return;
      case 'run-ended': {
        const { outcome, startedAt } = event.report;
        const before = begun;
        begun = undefined;
        const isDone = outcome === 'completed' || outcome === 'held';
        if (isDone && before) return go(() => settle(before, Date.parse(startedAt)));
        return event.trigger === 'change' ? tryAgain() : undefined;
      }
      case 'run-refused':
        begun = undefined;
        return tryAgain();
      case 'runs-missed':
        return;
      default:
        event satisfies never;
    }
  }

  /** A run that read all changes settles everything that was heard before it began; one by keys, what it was asked for. */
  async function settle(before: { readonly heard: number; readonly asked: number }, startedAt: number): Promise<void> {
    failures = 0;
    const checkpoint = await store.checkpoint(id);
    const wasWhole = checkpoint !== undefined && checkpoint.savedAt >= startedAt;
    if (!wasWhole && needsWhole) return tryAgain();
    const upTo = wasWhole ? before.heard : before.asked;
    if (wasWhole && upTo >= askedUpTo) needsWhole = false;
    settledUpTo = Math.max(settledUpTo, upTo);
    askedUpTo = Math.max(askedUpTo, settledUpTo);
    await store.settleHeard(id, settledUpTo, clock.now());
    await store.pruneHeard(id, clock.now() - rememberedMs);
  }

  /** Everything that is not settled, after a while. */
  function tryAgain(): void {
    if (askedUpTo <= settledUpTo) return;
    const waitMs = Math.min(firstRetryMs * 2 ** failures, longestRetryMs);
    failures += 1;
    askedUpTo = settledUpTo;
    go(async () => {
      await clock.sleep(waitMs, closed.signal);
      await askForRun();
    });
  }

  return {
    heard,
    listener,
    start: askForRun,
    async close(): Promise<void> {
      closed.abort(new Error('The service ends.'));
      await Promise.all(underWay);
    },
  };
}
