import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { RequestRun } from '../../core/service/change-trigger.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../../core/service/webhook-receiver.ts';
import type { Host } from '../host.ts';
import type { Settings } from '../settings.ts';
import { openState } from '../with-state.ts';

/**
 * The webhook receiver of a configured pipeline; undefined if its source sends no webhooks. It opens the state without
 * the lease, because it also receives while a run, here or in another process, holds it.
 */
export async function openWebhookReceiver({
  settings,
  host,
  clock,
  log,
  requestRun,
  nudge,
}: {
  readonly settings: Settings;
  readonly host: Pick<Host, 'states'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly requestRun: RequestRun;
  /** For workers that share the state. */
  readonly nudge?: ((pipeline: string) => Promise<unknown>) | undefined;
}): Promise<WebhookReceiver | undefined> {
  const { name, source } = settings;
  if (!source.parseWebhook) return undefined;
  const { store, id, close } = await openState(settings, { ...host, clock });
  const receiver = createWebhookReceiver({
    pipeline: name,
    id,
    parseWebhook: source.parseWebhook,
    store,
    clock,
    log,
    requestRun,
    nudge: nudge && (() => nudge(name)),
  });
  return {
    ...receiver,
    async close() {
      await receiver.close();
      await close();
    },
  };
}
