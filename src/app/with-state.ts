import type { Clock } from '../core/clock.ts';
import type { PipelineId } from '../core/domain/pipeline.ts';
import { openSqliteStore } from '../core/state/sqlite/open-store.ts';
import type { StateStore } from '../core/state/store.ts';
import { identityOf } from './compose.ts';
import type { Settings } from './settings.ts';

/** Opens the state briefly, without the lease, while a run may be in progress: only for reading or writing a row. */
export async function withState<T>(
  settings: Settings,
  clock: Clock,
  work: (store: StateStore, id: PipelineId) => Promise<T>,
): Promise<T> {
  const store = await openSqliteStore({ path: settings.statePath, clock });
  try {
    return await work(store, await store.openPipeline(identityOf(settings)));
  } finally {
    await store.close();
  }
}
