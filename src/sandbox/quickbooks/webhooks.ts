import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { z } from 'zod';
import type { CustomerChange } from './customer-store.ts';

/** Where changes are sent, and how they are signed. On this machine only: it is a sandbox. */
export const webhookTarget = z.strictObject({
  url: z
    .string()
    .regex(/^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\//, 'expected a whole http: URL on loopback'),
  verifierToken: z.string().min(1),
  /** `legacy`: the form with `eventNotifications`. */
  form: z.enum(['cloudevents', 'legacy']).default('cloudevents'),
});
type Target = z.output<typeof webhookTarget>;

const maxEventsPerDelivery = 100;
const retryMs = 10_000;

interface WebhookEntry extends CustomerChange {
  readonly event: string;
  readonly at: string;
}

/** Sends a target what changes, in order, as Intuit does: later events wait until earlier ones are accepted with 200. */
export function createWebhooks({ realmId, now }: { readonly realmId: string; readonly now: () => number }) {
  let target: Target | undefined;
  let queue: WebhookEntry[] = [];
  let delivering: Promise<void> | undefined;
  let delivered = 0;

  async function deliver(): Promise<void> {
    while (target !== undefined && queue.length > 0) {
      const events = queue.slice(0, maxEventsPerDelivery);
      const status = await post(target, JSON.stringify(bodyOf(events, realmId, target.form)));
      if (status !== 200) {
        setTimeout(flush, retryMs).unref();
        return;
      }
      queue = queue.slice(events.length);
      delivered += events.length;
    }
  }

  function flush(): void {
    delivering ??= deliver().finally(() => {
      delivering = undefined;
    });
  }

  return {
    register: (next: Target | undefined): void => {
      target = next;
      queue = [];
    },
    notify: (change: CustomerChange): void => {
      if (target === undefined) return;
      queue.push({ ...change, event: randomUUID(), at: new Date(now()).toISOString() });
      flush();
    },
    /** Resolves when nothing is on its way. */
    idle: async (): Promise<void> => await delivering,
    state: () => ({ url: target?.url ?? null, delivered, waiting: queue.length }),
  };
}

export type Webhooks = ReturnType<typeof createWebhooks>;

const types = { Create: 'created', Update: 'updated', Delete: 'deleted', Merge: 'merged' } as const;

function bodyOf(events: readonly WebhookEntry[], realmId: string, form: Target['form']): unknown {
  if (form === 'cloudevents')
    return events.map(({ event, at, id, operation, loser }) => ({
      specversion: '1.0',
      id: event,
      source: 'intuit.c2FuZGJveA==',
      type: `qbo.customer.${types[operation]}.v1`,
      time: at,
      intuitentityid: id,
      intuitaccountid: realmId,
      ...(loser !== undefined && { data: { deletedid: loser } }),
    }));
  const entities = events.map(({ at, id, operation, loser }) => ({
    name: 'Customer',
    id,
    operation,
    lastUpdated: at,
    ...(loser !== undefined && { deletedId: loser }),
  }));
  return { eventNotifications: [{ realmId, dataChangeEvent: { entities } }] };
}

/** The status of the answer; 0 where there was none. */
async function post({ url, verifierToken }: Target, body: string): Promise<number> {
  const signature = createHmac('sha256', verifierToken).update(body).digest('base64');
  return await new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'intuit-signature': signature };
    const sent = request(url, { method: 'POST', headers, timeout: 3_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    // Nobody accepted it: it is sent again.
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(0));
    sent.end(body);
  });
}
