import { serve } from './serve.ts';

export interface StripeCustomer {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone?: string | null;
  readonly description?: string | null;
  readonly address?: Readonly<Record<string, string | null>> | null;
}

const refusal = (status: number, error: Readonly<Record<string, string>>) => ({ status, body: { error } });

/**
 * Customers as docs.stripe.com/api lists them: newest first, `limit` 1 to 100 (10 when it is absent), a page begins after
 * the customer that `starting_after` names, and one that is no more is refused.
 */
export async function stripeTwin({ key, customers }: { readonly key: string; readonly customers: StripeCustomer[] }) {
  return await serve(({ method, path, query, headers }) => {
    if (headers.authorization !== `Bearer ${key}`)
      return refusal(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' });
    if (method !== 'GET' || path !== '/v1/customers')
      return refusal(404, { type: 'invalid_request_error', message: 'Unrecognized request URL' });
    const unknown = Object.keys(query).find((name) => !['limit', 'starting_after'].includes(name));
    if (unknown !== undefined)
      return refusal(400, { type: 'invalid_request_error', code: 'parameter_unknown', param: unknown });
    const newestFirst = [...customers].reverse();
    const after = query.starting_after;
    const from = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && from === 0)
      return refusal(400, { type: 'invalid_request_error', code: 'resource_missing', param: 'starting_after' });
    const limit = Number(query.limit ?? 10);
    const data = newestFirst.slice(from, from + limit).map((one) => ({ object: 'customer', livemode: true, ...one }));
    const more = from + limit < newestFirst.length;
    return { body: { object: 'list', url: '/v1/customers', has_more: more, data } };
  });
}
