import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Clock } from '../../../core/clock.ts';
import { StateError } from '../../../core/domain/errors.ts';
import type { Logger } from '../../../core/domain/log.ts';
import type { Glance } from '../../../core/state/service/glance.ts';
import type { Host } from '../../host.ts';
import type { PipelineFacts } from '../../service/catalog/facts.ts';
import { keyOf } from '../../state/location.ts';

/** What a list shows of pipelines, from their states. */
export interface Glances {
  /** Of all of them, with their last two runs. What was found a moment ago is found again. */
  all(facts: readonly PipelineFacts[]): Promise<ReadonlyMap<string, Glance>>;
  /** Of some, with so many runs. */
  some(facts: readonly PipelineFacts[], runs: number): Promise<ReadonlyMap<string, Glance>>;
}

const freshMs = 1_000;
const lastRuns = 2;

export function createGlances({
  states,
  clock,
  log,
}: Pick<Host, 'states'> & { readonly clock: Clock; readonly log: Logger }): Glances {
  let kept:
    | { readonly at: number; readonly names: string; readonly found: Promise<ReadonlyMap<string, Glance>> }
    | undefined;

  async function read(facts: readonly PipelineFacts[], runs: number): Promise<ReadonlyMap<string, Glance>> {
    const glances = new Map<string, Glance>();
    for (const shared of Map.groupBy(facts, ({ state }) => keyOf(state)).values()) {
      await letOthersRun();
      const [first] = shared;
      if (!first) continue;
      try {
        const backend = await states.open(first.state);
        try {
          const identities = shared.map(({ identity }) => identity);
          for (const [name, glance] of await backend.glances(identities, { runs })) glances.set(name, glance);
        } finally {
          await backend.close();
        }
      } catch (error) {
        // One that cannot be read is shown without it: its run meets that, too, and says so.
        if (!(error instanceof StateError)) throw error;
        log.warn({ code: error.code, reason: error.message }, 'the state cannot be read for the console');
      }
    }
    return glances;
  }

  return {
    async all(facts) {
      const names = facts.map(({ name }) => name).join('\n');
      if (kept && kept.names === names && clock.elapsed() - kept.at < freshMs) return await kept.found;
      const found = read(facts, lastRuns);
      kept = { at: clock.elapsed(), names, found };
      return await found;
    },
    some: read,
  };
}
