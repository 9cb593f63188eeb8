import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Change, ParseWebhook } from '../../core/domain/webhook.ts';
import type { QuickBooksConfig } from './config.ts';

/** Intuit's CloudEvents, the form since 2026 (reference: webhooks). Which form it is, the body says. */
const cloudEvent = z.looseObject({ type: z.string() });
/** Says whose it is, whatever else is wrong with it. */
const accountOf = z.looseObject({ intuitaccountid: z.string().min(1) });
const customerEvent = z.looseObject({
  id: z.string().min(1),
  intuitentityid: z.string().min(1),
  intuitaccountid: z.string().min(1),
  data: z.looseObject({ deletedid: z.string().min(1).optional() }).nullish(),
});
const cloudCustomer = /^qbo\.customer\.([a-z]+)\.v\d+$/i;

/** The form before that. */
const notifications = z.looseObject({ eventNotifications: z.array(z.unknown()) });
const realmOf = z.looseObject({ realmId: z.string() });
const notification = z.looseObject({
  dataChangeEvent: z.looseObject({ entities: z.array(z.unknown()) }).optional(),
});
const named = z.looseObject({ name: z.string() });
const customerEntity = z.looseObject({
  id: z.string().min(1),
  operation: z.string().min(1),
  lastUpdated: z.string().optional(),
  deletedId: z.string().min(1).optional(),
});

interface WebhookEntry {
  readonly event: string;
  readonly ids: readonly string[];
  readonly operation: string;
}

/** Checks Intuit's signature of the raw body, then reads the changes. Undefined if there is no verifier token. */
export function createWebhookParser({
  webhookVerifierToken,
  realmId,
}: Pick<QuickBooksConfig, 'webhookVerifierToken' | 'realmId'>): ParseWebhook | undefined {
  if (webhookVerifierToken === undefined) return undefined;
  return ({ headers, body }) => {
    const expected = createHmac('sha256', webhookVerifierToken).update(body).digest();
    // The bytes are compared. Their length differs only if it is not a signature at all.
    const given = Buffer.from(headers['intuit-signature'] ?? '', 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return { kind: 'refused', status: 401, why: 'the signature is not that of the verifier token' };
    const entries = entriesOf(body, realmId);
    if (!entries) return { kind: 'refused', status: 400, why: 'the body is neither form of a QuickBooks webhook' };
    return { kind: 'changes', changes: entries.flatMap(changesOf) };
  };
}

/** What concerns customers of this company: an app's webhooks report all its companies. Undefined for another API's body. */
function entriesOf(body: Buffer, realm: string): readonly WebhookEntry[] | undefined {
  const value = parseJson(body);
  if (Array.isArray(value)) return byCloudEvents(value, realm);
  const parsed = notifications.safeParse(value).data;
  if (!parsed) return undefined;
  return all(parsed.eventNotifications.flatMap((one) => byNotification(one, realm)));
}

function byNotification(value: unknown, realm: string): readonly (WebhookEntry | undefined)[] {
  const account = realmOf.safeParse(value).data?.realmId;
  if (account !== undefined && account !== realm) return [];
  const parsed = notification.safeParse(value).data;
  if (account === undefined || !parsed) return [undefined];
  return (parsed.dataChangeEvent?.entities ?? []).flatMap((entity) => {
    const name = named.safeParse(entity).data?.name;
    if (name === undefined) return [undefined];
    return /^customer$/i.test(name) ? [byEntity(entity, realm)] : [];
  });
}

function byCloudEvents(events: readonly unknown[], realm: string): readonly WebhookEntry[] | undefined {
  const found = events.map((event): WebhookEntry | 'other' | undefined => {
    const account = accountOf.safeParse(event).data?.intuitaccountid;
    if (account !== undefined && account !== realm) return 'other';
    const type = cloudEvent.safeParse(event).data?.type;
    if (type === undefined) return undefined;
    const operation = cloudCustomer.exec(type)?.[1];
    if (operation === undefined) return 'other';
    const parsed = customerEvent.safeParse(event).data;
    if (!parsed) return undefined;
    const { id, intuitentityid, data } = parsed;
    return { event: id, ids: withLoser(intuitentityid, data?.deletedid), operation };
  });
  return all(found)?.filter((entries) => entries !== 'other');
}

/** It has no id of its own: the same change sent again has the same parts. */
function byEntity(entity: unknown, realm: string): WebhookEntry | undefined {
  const parsed = customerEntity.safeParse(entity).data;
  if (!parsed) return undefined;
  const { id, operation, lastUpdated = '', deletedId } = parsed;
  const event = createHash('sha256')
    .update(JSON.stringify([realm, 'Customer', id, operation, lastUpdated]))
    .digest('hex');
  return { event, ids: withLoser(id, deletedId), operation };
}

function changesOf({ event, ids, operation }: WebhookEntry): readonly Change[] {
  const kind = /^(deleted?|merged?)$/i.test(operation) ? 'gone' : 'changed';
  return ids.map((key) => ({ id: event, key, kind }));
}

function withLoser(id: string, loser: string | undefined): readonly string[] {
  return loser === undefined || loser === id ? [id] : [id, loser];
}

/** One of ours that makes no sense spoils all: half of a request is not taken. Those of other companies are none of ours. */
function all<T>(parts: readonly (T | undefined)[]): readonly T[] | undefined {
  const present = parts.filter((part) => part !== undefined);
  return present.length === parts.length ? present : undefined;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // Not JSON: answered as such.
    return undefined;
  }
}
