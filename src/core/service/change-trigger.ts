import type { Clock } from '../clock.ts';
import type { Logger } from '../domain/log.ts';
import type { PipelineId } from '../domain/pipeline.ts';
import type { StateStore } from '../state/store.ts';
import { createBackgroundTasks } from './background-tasks.ts';
import { createDebounce } from './debounce.ts';
import type { ServiceEvent } from './events.ts';
import { createInboxPositions, type RunPositions } from './inbox-positions.ts';

/** A run is requested when nothing was received for so long, and at the latest so long after the first. */
const quietMs = 1_000;
const maxQuietMs = 5_000;
/** More keys than this are found sooner by an incremental sync. */
const maxKeys = 5_000;
/** After a failed run, doubling. The schedule applies as well. */
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
  /** May gather several requests into one run, if that reads the keys of all of them (or everything that has changed). */
  readonly requestRun: RequestRun;
}

const notProcessed = 'webhook changes could not be processed; they stay in the inbox';

/** Turns what was received into runs, and acknowledges it by how they end. What it forgets in a crash, the inbox knows. */
export function createChangeTrigger({ pipeline, id, store, clock, log, requestRun }: ChangeTriggerPorts) {
  const closed = new AbortController();
  const { signal } = closed;
  const positions = createInboxPositions();
  const failed = reporterOf(log, pipeline, signal);
  const background = createBackgroundTasks(failed);
  const debounce = createDebounce({ clock, signal, quietMs, maxQuietMs, act: requestPending });
  let atStart: RunPositions | undefined;
  let failures = 0;

  async function requestPending(): Promise<void> {
    const pending = await store.pendingChanges(id, { after: positions.requested(), limit: maxKeys });
    const { changed, keys, gone } = pending;
    if (pending.upTo === 0) return;
    const isWhole = gone || keys > maxKeys;
    positions.request(pending.upTo, { isWhole });
    log.info({ pipeline, keys, gone }, 'webhook changes received');
    // Not waited for: it may resolve with the run's end, and more is received until then.
    Promise.resolve(requestRun(pipeline, 'change', isWhole ? {} : { keys: changed })).catch(failed);
  }

  function listener(event: ServiceEvent): void {
    if (!('pipeline' in event) || event.pipeline !== pipeline) return;
    switch (event.kind) {
      case 'run-started':
        atStart = positions.atStart(event.trigger);
        return;
      case 'run-ended': {
        const { outcome, startedAt } = event.report;
        const before = atStart;
        atStart = undefined;
        if (before && (outcome === 'completed' || outcome === 'held'))
          return background.run(() => acknowledge(before, Date.parse(startedAt)));
        return event.trigger === 'change' ? retryLater() : undefined;
      }
      case 'run-rejected':
        atStart = undefined;
        return retryLater();
      case 'runs-missed':
        return;
      default:
        event satisfies never;
    }
  }

  async function acknowledge(before: RunPositions, startedAt: number): Promise<void> {
    failures = 0;
    const checkpoint = await store.checkpoint(id);
    const wasWhole = checkpoint !== undefined && checkpoint.savedAt >= startedAt;
    const upTo = positions.acknowledge(before, { wasWhole });
    if (upTo === undefined) return retryLater();
    await store.acknowledgeChanges(id, upTo, clock.now());
    await store.pruneChanges(id, clock.now() - rememberedMs);
  }

  /** Everything that is not acknowledged, after a while. */
  function retryLater(): void {
    if (!positions.reopen()) return;
    const waitMs = Math.min(initialRetryDelayMs * 2 ** failures, maxRetryDelayMs);
    failures += 1;
    background.run(() => clock.sleep(waitMs, signal).then(requestPending));
  }

  return {
    received(upTo: number): void {
      positions.receive(upTo);
      background.run(debounce.came);
    },
    listener,
    isIdle: () => background.isIdle() && !positions.isPending(),
    start: requestPending,
    /** Somebody else may have received more. */
    lookAgain: () => background.run(requestPending),
    isOpen: positions.isOpen,
    async close(): Promise<void> {
      closed.abort(new Error('The service ends.'));
      await background.ended();
    },
  };
}

/** After it was closed a failure is nobody's any more. */
function reporterOf(log: Logger, pipeline: string, closed: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!closed.aborted) log.error({ pipeline, error: messageOf(error) }, notProcessed);
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
