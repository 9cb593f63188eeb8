import type { Clock } from '../../core/clock.ts';
import { ConfigError, StateError } from '../../core/domain/errors.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { SharedTurns } from '../../core/service/turns/shared-supervisor.ts';
import type { StateBackend } from '../../core/state/backend.ts';
import type { Host } from '../host.ts';
import { isSameState, type StateLocation } from '../state/location.ts';
import { migrateTurnsOf, openTurns } from '../state/turns.ts';
import type { PipelineFacts } from './catalog/facts.ts';
import type { Place } from './catalog/place.ts';
import { firstSettings } from './first-settings.ts';
import { serviceLocation } from './service-store.ts';
import { openSharedState, type SharedState } from './shared-state.ts';

/** The turns that a service shares with others, open until it ends. */
export interface ServiceTurns {
  readonly shared: SharedTurns;
  readonly state: SharedState;
  /** A pipeline whose state is elsewhere has no part in these turns. */
  fits(facts: Pick<PipelineFacts, 'name' | 'state'>): ConfigError | undefined;
  close(): Promise<void>;
}

interface Options {
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** A worker waits for `rolodesk state migrate`. Otherwise missing tables are made. */
  readonly waitsForTables: boolean;
}

/**
 * The turns of the database that the pipelines of this place keep their state in. Undefined: they keep it in a file, so
 * there is nobody to take turns with.
 */
export async function openServiceTurns(place: Place, options: Options): Promise<ServiceTurns | undefined> {
  const { host, clock, log, signal, waitsForTables } = options;
  const state = await stateOfPlace(place, host);
  const onWait = (): void => log.warn({ state: state.location }, 'waiting for: rolodesk state migrate');
  const backend = await host.states.open(
    state,
    waitsForTables ? { schema: { kind: 'wait', clock, signal, onWait } } : {},
  );
  try {
    if (!waitsForTables) await migrateTurnsOf(backend);
    const shared = await openWhenReady(backend, options);
    if (!shared) {
      await backend.close();
      return undefined;
    }
    const sharedState = await openSharedState(backend, clock);
    return {
      shared,
      state: sharedState,
      fits: (facts) => (isSameState(facts.state, state) ? undefined : stateIsElsewhere(facts.name, state)),
      async close() {
        await sharedState.close();
        await shared.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

/** The tables of the turns are made a moment after those of the state. Older ones than these stay what they are. */
async function openWhenReady(backend: StateBackend, { clock, log, signal, waitsForTables }: Options) {
  for (let looks = 0; ; looks += 1)
    try {
      return await openTurns(backend, { clock, log });
    } catch (error) {
      const isMissing = error instanceof StateError && error.code === 'state-version';
      if (!isMissing || !waitsForTables || looks >= maxLooks) throw error;
      await clock.sleep(lookAgainMs, signal);
    }
}

const maxLooks = 15;
const lookAgainMs = 2_000;

function stateIsElsewhere(pipeline: string, { location }: StateLocation): ConfigError {
  return new ConfigError(`The pipeline ${pipeline} does not keep its state in ${location}, as the others here do.`, {
    code: 'two-states',
    hint: 'Workers share one state: leave out state: where ROLODESK_STATE names it, or copy the state of this pipeline there.',
  });
}

/** The state of the first pipeline: all of a service of workers share one. */
export async function stateOfPlace(place: Place, host: Host): Promise<StateLocation> {
  return (await firstSettings(place, host))?.state ?? serviceLocation(place.folder, host);
}
