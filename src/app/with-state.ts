import type { Clock } from '../core/clock.ts';
import type { PipelineId, PipelineIdentity } from '../core/domain/pipeline.ts';
import type { StateStore } from '../core/state/store.ts';
import type { Host } from './host.ts';
import { identityOf } from './pipeline/pipeline-identity.ts';
import type { Settings } from './settings.ts';

/** Opens the state briefly, without the lease, while a run may be in progress: only for reading or writing a row. */
export async function withState<T>(
  settings: Settings,
  ports: Pick<Host, 'states'> & { readonly clock: Clock },
  work: (store: StateStore, id: PipelineId) => Promise<T>,
): Promise<T> {
  return await withStateOf({ state: settings.state, identity: identityOf(settings) }, ports, work);
}

/** The same where the configuration is not at hand. */
export async function withStateOf<T>(
  target: StateTarget,
  ports: Pick<Host, 'states'> & { readonly clock: Clock },
  work: (store: StateStore, id: PipelineId) => Promise<T>,
): Promise<T> {
  const { store, id, close } = await openStateOf(target, ports);
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

/** Whose state it is: all that must be known of a pipeline to open it. */
interface StateTarget extends Pick<Settings, 'state'> {
  readonly identity: PipelineIdentity;
}

/** Opens the state without the lease, for parts that write small rows during runs: webhooks, alerts, schedules. */
export async function openState(
  settings: Settings,
  ports: Pick<Host, 'states'> & { readonly clock: Clock },
): Promise<OpenState> {
  return await openStateOf({ state: settings.state, identity: identityOf(settings) }, ports);
}

async function openStateOf(
  { state, identity }: StateTarget,
  { states, clock }: Pick<Host, 'states'> & { readonly clock: Clock },
): Promise<OpenState> {
  const backend = await states.open(state);
  try {
    const store = await backend.openStore({ clock });
    async function close(): Promise<void> {
      await store.close();
      await backend.close();
    }
    try {
      return { store, id: await store.openPipeline(identity), close };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await backend.close();
    throw error;
  }
}
