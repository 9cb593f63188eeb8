import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { SharedResources } from '../../core/http/shared-resources.ts';
import type { Host } from '../host.ts';
import type { OperationContext } from '../operations/context.ts';
import type { ProgressEvent } from '../progress-event.ts';
import type { FollowedConfiguration } from '../service/catalog/catalog.ts';
import { Refusal } from './refusal.ts';

/** The pipelines that the console shows: those that the service follows. */
export interface Pipelines {
  all(): readonly FollowedConfiguration[];
  /** Throws Refusal. */
  find(name: string): FollowedConfiguration;
  /** What an operation of this pipeline works with. Throws Refusal, or ConfigError where it cannot be read any more. */
  context(name: string, given?: ContextOptions): Promise<OperationContext<ProgressEvent>>;
}

export interface ContextOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  readonly host?: Host;
}

export function createPipelines({
  configurations,
  budgetsOf,
  host,
  log,
  clock,
  signal,
}: {
  readonly configurations: () => readonly FollowedConfiguration[];
  /** What pipelines of this process share, so that the console's runs and the service's use one budget. */
  readonly budgetsOf: (pipeline: string) => SharedResources;
  readonly host: Host;
  readonly log: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Pipelines {
  function find(name: string): FollowedConfiguration {
    const found = configurations().find(({ facts }) => facts.name === name);
    if (found) return found;
    throw new Refusal(404, 'no-pipeline', `There is no pipeline ${name}.`);
  }
  return {
    all: configurations,
    find,
    async context(name, given = {}) {
      const settings = await find(name).settings();
      return {
        settings,
        host: given.host ?? host,
        log,
        clock,
        signal: given.signal ? AbortSignal.any([signal, given.signal]) : signal,
        ports: { budgets: budgetsOf(name) },
        ...defined({ onProgress: given.onProgress }),
      };
    },
  };
}
