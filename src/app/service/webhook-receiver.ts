import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { RequestRun } from '../../core/service/change-trigger.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../../core/service/webhook-receiver.ts';
import { openSqliteStore } from '../../core/state/sqlite/open-store.ts';
import { identityOf } from '../compose.ts';
import type { Settings } from '../settings.ts';

/**
 * The webhook receiver of a configured pipeline; undefined if its source sends no webhooks. It opens the state without
 * the lease, because it also receives while a run, here or in another process, holds it.
 */
export async function openWebhookReceiver({
  settings,
  clock,
  log,
  requestRun,
}: {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly requestRun: RequestRun;
}): Promise<WebhookReceiver | undefined> {
  const { name, source, statePath } = settings;
  if (!source.parseWebhook) return undefined;
  const store = await openSqliteStore({ path: statePath, clock });
  const id = await store.openPipeline(identityOf(settings));
  const receiver = createWebhookReceiver({
    pipeline: name,
    id,
    parseWebhook: source.parseWebhook,
    store,
    clock,
    log,
    requestRun,
  });
  return {
    ...receiver,
    async close() {
      await receiver.close();
      await store.close();
    },
  };
}
