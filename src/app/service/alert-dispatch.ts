import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { ServiceEvent } from '../../core/service/events.ts';
import { type OpenAlerts, openAlerts } from '../alerts.ts';
import type { Host } from '../host.ts';
import type { FollowedConfiguration } from './catalog/catalog.ts';
import { createRecentlyUsed } from './recently-used.ts';

/** Why the configuration of this label cannot be used as it is now, while its previous version is in use. */
export type ProblemOf = (label: string) => string | undefined;

/** Hands events to the alerts of the pipelines that have some. */
export interface AlertDispatch {
  /**
   * To the pipeline that it is about, or each minute to some that it may concern. When a configuration is rejected, its
   * previous version says who is told, and so it does when it is well again.
   */
  dispatch(event: ServiceEvent): Promise<void>;
  close(name: string): Promise<void>;
  closeAll(): Promise<void>;
}

/** `maxOpen` of them are open at once, and so many are looked at each minute for what has not happened. */
export function createAlertDispatch({
  followed,
  problemOf,
  nudge,
  maxOpen,
  host,
  clock,
  log,
}: {
  readonly followed: () => ReadonlyMap<string, FollowedConfiguration>;
  readonly problemOf: ProblemOf;
  /** Where alerts belong to the turns of workers: asks for one. Undefined: they are evaluated here. */
  readonly nudge: () => ((pipeline: string) => unknown) | undefined;
  readonly maxOpen: number;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
}): AlertDispatch {
  let lastLookedAt = '';
  /** Pipelines whose configuration was rejected when it was last looked at. */
  let rejected: readonly string[] = [];
  const alerts = createRecentlyUsed<OpenAlerts>({
    limit: maxOpen,
    async openOne(name) {
      const configuration = followed().get(name);
      if (!configuration?.facts.hasAlerts) return undefined;
      const configurationProblem = () => problemOf(configuration.label);
      return await openAlerts({ settings: await configuration.settings(), host, clock, log, configurationProblem });
    },
  });

  /** Each minute some, so that all have their turn: one that has not succeeded has no event of its own. */
  async function tick(event: ServiceEvent): Promise<void> {
    const names = [...followed().values()].flatMap(({ facts }) => (facts.hasAlerts ? [facts.name] : []));
    const from = names.length > maxOpen ? names.indexOf(lastLookedAt) + 1 : 0;
    for (const name of names.slice(from, from + maxOpen)) (await alerts.get(name))?.listener(event);
    lastLookedAt = names[from + maxOpen - 1] ?? '';
  }

  /** Some are well again, and some are new. */
  async function lookAtConfigurations(at: number): Promise<void> {
    const all = [...followed().values()].filter(
      ({ facts, label }) => facts.hasAlerts && problemOf(label) !== undefined,
    );
    const now = all.map(({ facts }) => facts.name);
    const concerned = new Set([...rejected, ...now]);
    rejected = now;
    const ask = nudge();
    for (const name of concerned)
      if (ask) await ask(name);
      else (await alerts.get(name))?.listener({ kind: 'tick', at });
  }

  return {
    async dispatch(event) {
      if (event.kind === 'config-reloaded' || event.kind === 'config-rejected')
        return await lookAtConfigurations(event.at);
      if (nudge()) return;
      if (event.kind === 'tick') return await tick(event);
      if (!('pipeline' in event) || !followed().get(event.pipeline)?.facts.hasAlerts) return;
      (await alerts.get(event.pipeline))?.listener(event);
    },
    close: alerts.close,
    closeAll: alerts.closeAll,
  };
}
