import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import { type ChangeTriggerPorts, createChangeTrigger } from '../../core/service/change-trigger.ts';
import type { TurnCompanion } from '../../core/service/managed-pipeline.ts';
import { openAlerts } from '../alerts.ts';
import type { Host } from '../host.ts';
import type { FollowedConfiguration } from './catalog/catalog.ts';
import type { SharedState } from './shared-state.ts';

/** A rule may be about what has not happened, and a message may wait to be sent again. */
const alertsEveryMs = 600_000;

interface CompanionPorts {
  readonly state: SharedState;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
  readonly requestRun: ChangeTriggerPorts['requestRun'];
}

/**
 * What goes with a pipeline during a turn: its alerts, which only the holder of the turn evaluates, and runs for what
 * webhooks reported to any of the machines. The configuration is read only for alerts: it costs more than most runs do.
 */
export async function openCompanion(
  { facts, settings }: FollowedConfiguration,
  { state, host, clock, log, requestRun }: CompanionPorts,
): Promise<TurnCompanion> {
  const { name, hasAlerts, receivesWebhooks } = facts;
  const alerts = hasAlerts ? await openAlerts({ settings: await settings(), host, clock, log }) : undefined;
  const own = { pipeline: name, store: state.store, clock, log, requestRun };
  const trigger = receivesWebhooks ? createChangeTrigger({ ...own, id: await state.idOf(facts) }) : undefined;
  return {
    ...(hasAlerts && { everyMs: alertsEveryMs }),
    listener(event) {
      trigger?.listener(event);
      alerts?.listener(event);
    },
    start: async () => await trigger?.start(),
    lookAgain: () => trigger?.lookAgain(),
    isOpen: () => trigger?.isOpen() ?? false,
    async close() {
      await trigger?.close();
      await alerts?.close();
    },
  };
}
