import type { Clock } from '../core/clock.ts';
import type { PipelineId } from '../core/domain/pipeline.ts';
import type { StateStore } from '../core/state/store.ts';
import type { Host } from './host.ts';
import { identityOf } from './pipeline/pipeline-identity.ts';
import type { Settings } from './settings.ts';

/** Opens the state briefly, without the lease, while a run may be in progress: only for reading or writing a row. */
export async function withState<T>(
  settings: Settings,
  { states, clock }: Pick<Host, 'states'> & { readonly clock: Clock },
  work: (store: StateStore, id: PipelineId) => Promise<T>,
): Promise<T> {
  const { store, id, close } = await openState(settings, { states, clock });
  try {
    return await work(store, id);
  } finally {
    await close();
  }
}

interface OpenState {
  readonly store: StateStore;
  readonly id: PipelineId;
  close(): Promise<void>;
}

/** Opens the state without the lease, for what writes small rows next to runs: webhooks, alerts, schedules. */
export async function openState(
  settings: Settings,
  { states, clock }: Pick<Host, 'states'> & { readonly clock: Clock },
): Promise<OpenState> {
  const backend = await states.open(settings.state);
  try {
    const store = await backend.openStore({ clock });
    async function close(): Promise<void> {
      await store.close();
      await backend.close();
    }
    try {
      return { store, id: await store.openPipeline(identityOf(settings)), close };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await backend.close();
    throw error;
  }
}
