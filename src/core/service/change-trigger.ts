import type { Clock } from '../clock.ts';
import type { Logger } from '../domain/log.ts';
import type { PipelineId } from '../domain/pipeline.ts';
import type { StateStore } from '../state/store.ts';
import type { ServiceEvent } from './events.ts';

/** A run is asked for when nothing was received for so long, and at the latest so long after the first. */
const quietMs = 1_000;
const maxQuietMs = 5_000;
/** More keys than this are found sooner by an incremental sync. */
const maxKeys = 5_000;
/** After a run that failed, doubling. The schedule goes on besides. */
const initialRetryDelayMs = 60_000;
const maxRetryDelayMs = 30 * 60_000;
/** Longer than a sender repeats itself. */
const rememberedMs = 30 * 86_400_000;

/** Asks the service for a run, which may begin at once or later. Without keys: an incremental sync. */
export type RequestRun = (
  pipeline: string,
  trigger: 'change',
  options: { readonly keys?: readonly string[] },
) => unknown;

export interface ChangeTriggerPorts {
  readonly pipeline: string;
  readonly id: PipelineId;
  readonly store: Pick<StateStore, 'pendingChanges' | 'acknowledgeChanges' | 'pruneChanges' | 'checkpoint'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** May gather several asks into one run, if that reads the keys of all of them (or everything that has changed). */
  readonly requestRun: RequestRun;
}

/** Turns what was received into runs, and settles it by how they end. What it forgets in a crash, the inbox knows. */
export function createChangeTrigger({ pipeline, id, store, clock, log, requestRun }: ChangeTriggerPorts) {
  const closed = new AbortController();
  /** Places in the inbox's order: received, asked for, and settled up to here. */
  let receivedUpTo = 0;
  let askedUpTo = 0;
  let settledUpTo = 0;
  /** Something that was asked for is only settled by a run that has read all changes. */
  let needsFullSync = false;
  let begun: { readonly received: number; readonly asked: number } | undefined;
  let failures = 0;
  let firstAt: number | undefined;
  let lastAt = 0;
  const inFlight = new Set<Promise<void>>();

  /** Never rejects: what fails is logged, and the inbox keeps what was received. */
  function go(work: () => Promise<void>): void {
    const going = work().catch(failed);
    inFlight.add(going);
    void going.then(() => inFlight.delete(going));
  }

  function failed(error: unknown): void {
    if (closed.signal.aborted) return;
    log.error(
      { pipeline, error: error instanceof Error ? error.message : String(error) },
      'webhook changes could not be processed; they stay in the inbox',
    );
  }

  function received(upTo: number): void {
    receivedUpTo = Math.max(receivedUpTo, upTo);
    lastAt = clock.elapsed();
    if (firstAt !== undefined) return;
    firstAt = lastAt;
    go(debounceThenRequest);
  }

  async function debounceThenRequest(): Promise<void> {
    for (;;) {
      const left = Math.min(lastAt + quietMs, (firstAt ?? lastAt) + maxQuietMs) - clock.elapsed();
      if (left <= 0) break;
      await clock.sleep(left, closed.signal);
    }
    firstAt = undefined;
    await askForRun();
  }

  async function askForRun(): Promise<void> {
    const { changed, keys, gone, upTo } = await store.pendingChanges(id, { after: askedUpTo, limit: maxKeys });
    if (upTo === 0) return;
    askedUpTo = upTo;
    receivedUpTo = Math.max(receivedUpTo, upTo);
    const isWhole = gone || keys > maxKeys;
    needsFullSync ||= isWhole;
    log.info({ pipeline, keys, gone }, 'webhook changes received');
    // Not waited for: it may resolve with the run's end, and more is received until then.
    Promise.resolve(requestRun(pipeline, 'change', isWhole ? {} : { keys: changed })).catch(failed);
  }

  function listener(event: ServiceEvent): void {
    if (!('pipeline' in event) || event.pipeline !== pipeline) return;
    switch (event.kind) {
      case 'run-started':
        begun = { received: receivedUpTo, asked: event.trigger === 'change' ? askedUpTo : settledUpTo };
        return;
      case 'run-ended': {
        const { outcome, startedAt } = event.report;
        const before = begun;
        begun = undefined;
        const isDone = outcome === 'completed' || outcome === 'held';
        if (isDone && before) return go(() => settle(before, Date.parse(startedAt)));
        return event.trigger === 'change' ? tryAgain() : undefined;
      }
      case 'run-rejected':
        begun = undefined;
        return tryAgain();
      case 'runs-missed':
        return;
      default:
        event satisfies never;
    }
  }

  /** A run that read all changes settles everything that was received before it began; one by keys, what it was asked for. */
  async function settle(
    before: { readonly received: number; readonly asked: number },
    startedAt: number,
  ): Promise<void> {
    failures = 0;
    const checkpoint = await store.checkpoint(id);
    const wasWhole = checkpoint !== undefined && checkpoint.savedAt >= startedAt;
    if (!wasWhole && needsFullSync) return tryAgain();
    const upTo = wasWhole ? before.received : before.asked;
    if (wasWhole && upTo >= askedUpTo) needsFullSync = false;
    settledUpTo = Math.max(settledUpTo, upTo);
    askedUpTo = Math.max(askedUpTo, settledUpTo);
    await store.acknowledgeChanges(id, settledUpTo, clock.now());
    await store.pruneChanges(id, clock.now() - rememberedMs);
  }

  /** Everything that is not settled, after a while. */
  function tryAgain(): void {
    if (askedUpTo <= settledUpTo) return;
    const waitMs = Math.min(initialRetryDelayMs * 2 ** failures, maxRetryDelayMs);
    failures += 1;
    askedUpTo = settledUpTo;
    go(async () => {
      await clock.sleep(waitMs, closed.signal);
      await askForRun();
    });
  }

  return {
    received,
    listener,
    start: askForRun,
    async close(): Promise<void> {
      closed.abort(new Error('The service ends.'));
      await Promise.all(inFlight);
    },
  };
}
