import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { StateError } from '../../core/domain/errors.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { PipelineHealth } from '../../core/service/overview.ts';
import type { Standing } from '../../core/state/service/standing.ts';
import type { Host } from '../host.ts';
import type { PipelineFacts } from './catalog/facts.ts';

/** So many states are looked at before others get their turn. */
const sliceLength = 50;

/**
 * How these pipelines stand, by name: one question for all that share a state. One without a state is left out, and so is
 * one whose state cannot be read: its run will meet that, too. Throws StateError if none can.
 */
export async function standingsOf(
  all: readonly PipelineFacts[],
  { log, ...ports }: Pick<Host, 'states'> & { readonly clock: Clock; readonly log: Logger },
): Promise<ReadonlyMap<string, Standing>> {
  const found = new Map<string, Standing>();
  const states = [...Map.groupBy(all, ({ state }) => JSON.stringify(state)).values()];
  const failures: StateError[] = [];
  for (const [at, shared] of states.entries()) {
    if (at % sliceLength === sliceLength - 1) await letOthersRun();
    try {
      for (const [name, standing] of await standingsInOne(shared, ports)) found.set(name, standing);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      failures.push(error);
      const pipelines = shared.map(({ name }) => name).slice(0, maxNamed);
      log.error({ pipelines, code: error.code, reason: error.message }, 'the state cannot be read');
    }
  }
  const [failure] = failures;
  if (failure && failures.length === states.length) throw failure;
  return found;
}

/** In one line of the log. */
const maxNamed = 20;

async function standingsInOne(
  shared: readonly PipelineFacts[],
  ports: Pick<Host, 'states'> & { readonly clock: Clock },
): Promise<ReadonlyMap<string, Standing>> {
  const [first] = shared;
  if (!first) return new Map();
  const backend = await ports.states.open(first.state);
  try {
    return await backend.standings(
      shared.map(({ identity }) => identity),
      ports,
    );
  } finally {
    await backend.close();
  }
}

export function healthOf({ deadLetters, pending, lastSuccessAt }: Standing): PipelineHealth {
  return { deadLetters, pending, ...(lastSuccessAt !== undefined && { lastSuccessAt }) };
}
