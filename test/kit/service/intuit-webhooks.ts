import { createHmac } from 'node:crypto';

interface Sent {
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };
  readonly isForged: boolean;
}

const perRequest = 50;

/** Intuit's webhooks by the thousand, in both forms: a fifth of all events are repeats, some requests are forged. */
export function createCompanyEvents({
  realmId,
  token,
  seed,
}: {
  readonly realmId: string;
  readonly token: string;
  readonly seed: number;
}) {
  const reported: string[] = [];
  let state = seed;
  let sent = 0;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };

  const cloud = (id: string) => ({
    specversion: '1.0',
    id: `event-${id}`,
    type: 'qbo.customer.created.v1',
    time: '2026-11-23T12:00:00Z',
    intuitentityid: id,
    intuitaccountid: realmId,
  });
  const entity = (id: string) => ({ name: 'Customer', id, operation: 'Create', lastUpdated: '2026-11-23T12:00:00Z' });
  // A customer is reported in one form, however often.
  const isCloud = (id: string): boolean => Number(id) % 2 === 0;

  function signed(value: unknown, key: string): Sent['request'] {
    const body = Buffer.from(JSON.stringify(value));
    return { body, headers: { 'intuit-signature': createHmac('sha256', key).update(body).digest('base64') } };
  }

  function* requests(ids: readonly string[]): Generator<Sent> {
    for (let start = 0; start < ids.length; start += perRequest) {
      const part = ids.slice(start, start + perRequest);
      const entities = part.filter((id) => !isCloud(id)).map(entity);
      yield { request: signed(part.filter(isCloud).map(cloud), token), isForged: false };
      yield {
        request: signed({ eventNotifications: [{ realmId, dataChangeEvent: { entities } }] }, token),
        isForged: false,
      };
      sent += part.length;
      if (random(5) === 0) yield { request: signed([cloud('999999')], 'not the token'), isForged: true };
    }
  }

  return {
    sent: () => sent,
    /** Each of them, and a quarter as many repeats of these and earlier ones, mixed. */
    *burst(ids: readonly string[]): Generator<Sent> {
      reported.push(...ids);
      const mixed = [...ids];
      for (let n = 0; n < ids.length / 4; n += 1)
        mixed.splice(random(mixed.length), 0, reported[random(reported.length)] ?? '');
      yield* requests(mixed);
    },
  };
}
