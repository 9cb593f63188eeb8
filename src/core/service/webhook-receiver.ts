import type { Clock } from '../clock.ts';
import { StateError, TransientError } from '../domain/errors.ts';
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
  /** For workers that share the state: tells whichever takes the turn. Absent: the runs are requested here. */
  readonly nudge?: (() => Promise<unknown>) | undefined;
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
  /** Listens to the service's runs: a customer that a run has read is no longer pending. */
  readonly listener: Listener;
  /** Requests runs for changes that were received before the service started. Call it once runs can be requested. */
  start(): Promise<void>;
  /** Whether it waits for nothing: no change is in the inbox that a run has not read. */
  isIdle(): boolean;
  /** Stops waiting. Received changes stay in the state. */
  close(): Promise<void>;
}

/** Where a pipeline's webhooks are received. */
export function webhookPath(pipeline: string): string {
  return `/webhooks/${encodeURIComponent(pipeline)}`;
}

const taken = { status: 200, body: '{}' } as const;

/**
 * Receives a pipeline's webhooks. The connector checks the signature (`parseWebhook`). A change is on disk before the request
 * is answered with 200; the run that reads it comes later.
 */
export function createWebhookReceiver(options: WebhookReceiverOptions): WebhookReceiver {
  const { pipeline, id, parseWebhook, store, clock, log, nudge } = options;
  const trigger = createChangeTrigger(options);
  return {
    route: {
      method: 'POST',
      path: webhookPath(pipeline),
      async handle(request) {
        const received = parseWebhook(request);
        if (received.kind === 'refused') {
          log.warn({ pipeline, status: received.status }, `a webhook was refused: ${received.why}`);
          return { status: received.status, body: JSON.stringify({ error: received.why }) };
        }
        if (received.changes.length === 0) return taken;
        try {
          const { added, upTo } = await store.addChanges(id, received.changes, clock.now());
          // Also for a repeat: the process that received it first may have died before it could say so.
          if (nudge) await nudge();
          else if (added > 0) trigger.received(upTo);
          return taken;
        } catch (error) {
          // It sends it again when we can't keep it.
          if (!(error instanceof StateError || error instanceof TransientError)) throw error;
          log.error({ pipeline, code: error.code }, 'a webhook cannot be kept');
          return { status: 503, body: JSON.stringify({ error: 'try again later' }) };
        }
      },
    },
    listener: trigger.listener,
    start: trigger.start,
    isIdle: trigger.isIdle,
    close: trigger.close,
  };
}
