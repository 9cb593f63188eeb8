import type { Clock } from '../clock.ts';
import { StateError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { StateStore } from '../state/store.ts';
import type { Listener } from './events.ts';
import { createFollowUp, type HearingPorts } from './follow-up.ts';
import type { Hear } from './hearing.ts';

export interface HearingOptions extends HearingPorts {
  readonly hear: Hear;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly log: Logger;
}

interface HearingRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** One pipeline's ear: a route for the source's webhooks, and the runs that follow from what it hears. */
export interface Hearing {
  readonly route: {
    readonly method: 'POST';
    readonly path: string;
    handle(request: HearingRequest): Promise<{ readonly status: number; readonly body: string }>;
  };
  /** Is told of the service's runs: what they have settled is heard no more. */
  readonly listener: Listener;
  /** Takes up what was heard before the service was started. Call it once runs can be asked for. */
  start(): Promise<void>;
  /** Ends the waiting. What was heard stays in the state. */
  close(): Promise<void>;
}

const taken = { status: 200, body: '{}' } as const;

/** Nothing is answered with 200 that is not on disk; the run comes later. */
export function createHearing(options: HearingOptions): Hearing {
  const { pipeline, id, hear, store, clock, log } = options;
  const followUp = createFollowUp(options);
  return {
    route: {
      method: 'POST',
      path: `/hear/${encodeURIComponent(pipeline)}`,
      async handle(request) {
        const heard = hear(request);
        if (heard.kind === 'refused') {
          log.warn({ pipeline, status: heard.status }, `a webhook was refused: ${heard.why}`);
          return { status: heard.status, body: JSON.stringify({ error: heard.why }) };
        }
        if (heard.changes.length === 0) return taken;
        try {
          const { added, upTo } = await store.hear(id, heard.changes, clock.now());
          if (added > 0) followUp.heard(upTo);
          return taken;
        } catch (error) {
          // It tells it again when we can't keep it.
          if (!(error instanceof StateError)) throw error;
          log.error({ pipeline, code: error.code }, 'a webhook can not be kept');
          return { status: 503, body: JSON.stringify({ error: 'try again later' }) };
        }
      },
    },
    listener: followUp.listener,
    start: followUp.start,
    close: followUp.close,
  };
}
