import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { ServiceEvent } from '../../core/service/events.ts';
import { type OpenAlerts, openAlerts } from '../alerts.ts';
import type { Host } from '../host.ts';
import type { FollowedConfiguration } from './catalog/catalog.ts';
import { createRecentlyUsed } from './recently-used.ts';

/** Hands events to the alerts of the pipelines that have some. */
export interface AlertDispatch {
  /** To the pipeline that it is about, or each minute to some that it may concern. */
  dispatch(event: ServiceEvent): Promise<void>;
  close(name: string): Promise<void>;
  closeAll(): Promise<void>;
}

/** `maxOpen` of them are open at once, and so many are looked at each minute for what has not happened. */
export function createAlertDispatch({
  followed,
  maxOpen,
  host,
  clock,
  log,
}: {
  readonly followed: () => ReadonlyMap<string, FollowedConfiguration>;
  readonly maxOpen: number;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
}): AlertDispatch {
  let lastLookedAt = '';
  const alerts = createRecentlyUsed<OpenAlerts>({
    limit: maxOpen,
    async openOne(name) {
      const configuration = followed().get(name);
      if (!configuration?.facts.hasAlerts) return undefined;
      return await openAlerts({ settings: await configuration.settings(), host, clock, log });
    },
  });

  /** Each minute some, so that all have their turn: one that has not succeeded has no event of its own. */
  async function tick(event: ServiceEvent): Promise<void> {
    const names = [...followed().values()].flatMap(({ facts }) => (facts.hasAlerts ? [facts.name] : []));
    const from = names.length > maxOpen ? names.indexOf(lastLookedAt) + 1 : 0;
    for (const name of names.slice(from, from + maxOpen)) (await alerts.get(name))?.listener(event);
    lastLookedAt = names[from + maxOpen - 1] ?? '';
  }

  return {
    async dispatch(event) {
      if (event.kind === 'tick') return await tick(event);
      if (!('pipeline' in event) || !followed().get(event.pipeline)?.facts.hasAlerts) return;
      (await alerts.get(event.pipeline))?.listener(event);
    },
    close: alerts.close,
    closeAll: alerts.closeAll,
  };
}
