import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import { createHearing, type Hearing } from '../core/service/create-hearing.ts';
import type { AskForRun } from '../core/service/follow-up.ts';
import { openSqliteStore } from '../core/state/sqlite/open-store.ts';
import { identityOf } from './compose.ts';
import type { Settings } from './settings.ts';

/**
 * The ear of a configured pipeline; undefined where its source tells nothing by itself. It opens the state without the lease:
 * it hears also while a run, here or in another process, holds it.
 */
export async function openHearing({
  settings,
  clock,
  log,
  ask,
}: {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ask: AskForRun;
}): Promise<Hearing | undefined> {
  const { name, source, statePath } = settings;
  if (!source.hear) return undefined;
  const store = await openSqliteStore({ path: statePath, clock });
  const id = await store.openPipeline(identityOf(settings));
  const hearing = createHearing({ pipeline: name, id, hear: source.hear, store, clock, log, ask });
  return {
    ...hearing,
    async close() {
      await hearing.close();
      await store.close();
    },
  };
}
