import PQueue from 'p-queue';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { RequestRun } from '../../core/service/change-trigger.ts';
import type { Listener } from '../../core/service/events.ts';
import type { WebhookReceiver } from '../../core/service/webhook-receiver.ts';
import { type OpenAlerts, openAlerts } from '../alerts.ts';
import type { Host } from '../host.ts';
import type { Settings } from '../settings.ts';
import { openWebhookReceiver } from './webhook-receiver.ts';

interface Pair {
  readonly receiver: WebhookReceiver | undefined;
  readonly alerts: OpenAlerts | undefined;
}

/**
 * What a service does in addition to its runs, for every pipeline that is configured for it: it receives webhooks and
 * sends alerts.
 */
export interface BackgroundServices {
  readonly listener: Listener;
  routes(): readonly WebhookReceiver['route'][];
  /** Opens what these configurations ask for, in place of what was open. Call it once runs can be requested. */
  follow(settings: readonly Settings[]): Promise<void>;
  close(): Promise<void>;
}

export function createBackgroundServices({
  settings,
  requestRun,
  host,
  clock,
  log,
}: {
  /** The configurations that the service follows, asked for when it has taken new ones. */
  readonly settings: () => readonly Settings[];
  readonly requestRun: RequestRun;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
}): BackgroundServices {
  /** The configurations change one after the other. */
  const queue = new PQueue({ concurrency: 1 });
  let pairs: readonly Pair[] = [];

  async function closeAll(): Promise<void> {
    const old = pairs;
    pairs = [];
    for (const { receiver, alerts } of old) {
      await receiver?.close();
      await alerts?.close();
    }
  }

  async function follow(followed: readonly Settings[]): Promise<void> {
    await queue.add(async () => {
      await closeAll();
      for (const one of followed) {
        const alerts = await openAlerts({ settings: one, host, clock, log });
        const receiver = await openWebhookReceiver({ settings: one, host, clock, log, requestRun });
        pairs = [...pairs, { receiver, alerts }];
        await receiver?.start();
      }
    });
  }

  return {
    listener(event) {
      for (const { receiver, alerts } of pairs) {
        receiver?.listener(event);
        alerts?.listener(event);
      }
      if (event.kind !== 'config-reloaded') return;
      follow(settings()).catch((error: unknown) => {
        const message = host.redactor.redact(error instanceof Error ? error.message : String(error));
        log.error({ error: message }, 'webhooks and alerts could not be opened');
      });
    },
    routes: () => pairs.flatMap(({ receiver }) => (receiver ? [receiver.route] : [])),
    follow,
    close: () => queue.add(closeAll),
  };
}
