import type { Clock } from '../../core/clock.ts';
import { StateError } from '../../core/domain/errors.ts';
import type { Logger } from '../../core/domain/log.ts';
import { createMemoryServiceStore } from '../../core/state/service/memory-service-store.ts';
import type { ServiceStore } from '../../core/state/service/service-store.ts';
import type { Host } from '../host.ts';
import { type StateLocation, stateFromEnvironment, stateLocationOf } from '../state/location.ts';

/** Where a service keeps what is not of one pipeline: in ROLODESK_STATE, or in the usual state file of its folder. */
export function serviceLocation(folder: string, { env }: Pick<Host, 'env'>): StateLocation {
  return stateLocationOf(stateFromEnvironment(env), folder);
}

/** Throws StateError if it cannot be opened. */
export async function openServiceStore(
  location: StateLocation,
  { states, clock }: Pick<Host, 'states'> & { readonly clock: Clock },
): Promise<ServiceStore> {
  const backend = await states.open(location);
  try {
    const store = await backend.openService({ clock });
    return {
      ...store,
      async close() {
        await store.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

/** For a service: a folder that cannot be written costs it only its memory of what it has read. */
export async function openServiceStoreOrNone(
  location: StateLocation,
  { log, ...ports }: Pick<Host, 'states'> & { readonly clock: Clock; readonly log: Logger },
): Promise<ServiceStore> {
  try {
    return await openServiceStore(location, ports);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    log.warn({ reason: error.message }, 'the service keeps nothing of its own: each start reads every configuration');
    return createMemoryServiceStore();
  }
}
