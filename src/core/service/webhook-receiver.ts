import type { Clock } from '../clock.ts';
import { StateError } from '../domain/errors.ts';
import type { Logger } from '../domain/log.ts';
import type { ParseWebhook } from '../domain/webhook.ts';
import type { StateStore } from '../state/store.ts';
import { type ChangeTriggerPorts, createChangeTrigger } from './change-trigger.ts';
import type { Listener } from './events.ts';

export interface WebhookReceiverOptions extends ChangeTriggerPorts {
  readonly parseWebhook: ParseWebhook;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly log: Logger;
}

interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** A pipeline's webhook receiver: a route for the source's webhooks, and the runs that follow from what it receives. */
export interface WebhookReceiver {
  readonly route: {
    readonly method: 'POST';
    readonly path: string;
    handle(request: WebhookRequest): Promise<{ readonly status: number; readonly body: string }>;
  };
  /** Learns of the service's runs: what they have read is no longer pending. */
  readonly listener: Listener;
  /** Takes up what was received before the service was started. Call it once runs can be asked for. */
  start(): Promise<void>;
  /** Ends the waiting. What was received stays in the state. */
  close(): Promise<void>;
}

const taken = { status: 200, body: '{}' } as const;

/** Nothing is answered with 200 that is not on disk; the run comes later. */
export function createWebhookReceiver(options: WebhookReceiverOptions): WebhookReceiver {
  const { pipeline, id, parseWebhook, store, clock, log } = options;
  const trigger = createChangeTrigger(options);
  return {
    route: {
      method: 'POST',
      path: `/webhooks/${encodeURIComponent(pipeline)}`,
      async handle(request) {
        const received = parseWebhook(request);
        if (received.kind === 'refused') {
          log.warn({ pipeline, status: received.status }, `a webhook was refused: ${received.why}`);
          return { status: received.status, body: JSON.stringify({ error: received.why }) };
        }
        if (received.changes.length === 0) return taken;
        try {
          const { added, upTo } = await store.addChanges(id, received.changes, clock.now());
          if (added > 0) trigger.received(upTo);
          return taken;
        } catch (error) {
          // It sends it again when we can't keep it.
          if (!(error instanceof StateError)) throw error;
          log.error({ pipeline, code: error.code }, 'a webhook cannot be kept');
          return { status: 503, body: JSON.stringify({ error: 'try again later' }) };
        }
      },
    },
    listener: trigger.listener,
    start: trigger.start,
    close: trigger.close,
  };
}
