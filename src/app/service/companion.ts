import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import { type ChangeTriggerPorts, createChangeTrigger } from '../../core/service/change-trigger.ts';
import type { TurnCompanion } from '../../core/service/managed-pipeline.ts';
import { openAlerts } from '../alerts.ts';
import type { Host } from '../host.ts';
import type { Settings } from '../settings.ts';
import { openState } from '../with-state.ts';
import type { PipelineFacts } from './catalog/facts.ts';

/** A rule may be about what has not happened, and a message may wait to be sent again. */
const alertsEveryMs = 600_000;

/** Whether something goes with the pipeline's runs. */
export function hasCompanion({ hasAlerts, receivesWebhooks }: PipelineFacts): boolean {
  return hasAlerts || receivesWebhooks;
}

/**
 * What goes with a pipeline during a turn: its alerts, which only the holder of the turn evaluates, and runs for what
 * webhooks reported to any of the machines.
 */
export async function openCompanion(
  settings: Settings,
  {
    host,
    clock,
    log,
    requestRun,
  }: {
    readonly host: Host;
    readonly clock: Clock;
    readonly log: Logger;
    readonly requestRun: ChangeTriggerPorts['requestRun'];
  },
): Promise<TurnCompanion> {
  const { name, source, config } = settings;
  const alerts = await openAlerts({ settings, host, clock, log });
  const state = source.parseWebhook && (await openState(settings, { ...host, clock }));
  const trigger = state && createChangeTrigger({ ...state, pipeline: name, clock, log, requestRun });
  return {
    ...(config.alerts && { everyMs: alertsEveryMs }),
    listener(event) {
      trigger?.listener(event);
      alerts?.listener(event);
    },
    start: async () => await trigger?.start(),
    lookAgain: () => trigger?.lookAgain(),
    isOpen: () => trigger?.isOpen() ?? false,
    async close() {
      await trigger?.close();
      await state?.close();
      await alerts?.close();
    },
  };
}
