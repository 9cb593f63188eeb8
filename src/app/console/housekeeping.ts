import type { Clock } from '../../core/clock.ts';
import { RolodeskError } from '../../core/domain/errors.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { ConsoleStore } from '../../core/state/console/console-store.ts';
import { dropKeptPlan } from '../operations/review/kept-plan.ts';
import type { Pipelines } from './pipelines.ts';
import { Refusal } from './refusal.ts';
import { firstIdAt } from './tasks/ids.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** For so long each is kept. */
const eventsMs = 60 * minuteMs;
const documentsMs = 7 * dayMs;
const logMs = 365 * dayMs;
const everyMs = 10 * minuteMs;

interface Ports {
  readonly store: ConsoleStore;
  readonly pipelines: Pipelines;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Removes what is too old, now and then, until the signal aborts. */
export async function keepHouse(ports: Ports, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await removeOld(ports);
    } catch (error) {
      if (!(error instanceof RolodeskError)) throw error;
      ports.log.warn({ reason: error.message }, 'what the console keeps could not be cleared of what is too old');
    }
    await ports.clock.sleep(everyMs, signal).catch(() => undefined);
  }
}

export async function removeOld({ store, pipelines, clock }: Ports): Promise<void> {
  const now = clock.now();
  // The changes of a plan lie in the state of its pipeline: they go before the plan does.
  for (const kind of ['plan', 'task'] as const)
    for (const { id, pipeline } of await store.documents(kind, {
      before: firstIdAt(now - documentsMs),
      limit: 1_000,
    })) {
      await dropChanges(pipelines, { id, pipeline });
      await store.dropDocument(kind, id);
    }
  await store.prune({ events: now - eventsMs, documents: now - documentsMs, log: now - logMs });
}

async function dropChanges(
  pipelines: Pipelines,
  { id, pipeline }: { readonly id: string; readonly pipeline: string },
): Promise<void> {
  try {
    await dropKeptPlan(await pipelines.context(pipeline), id);
  } catch (error) {
    // Without the pipeline nobody can reach its state.
    if (!(error instanceof Refusal)) throw error;
  }
}
