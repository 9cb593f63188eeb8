import { serve } from './serve.ts';

export interface ShopifyCustomer {
  readonly id: number;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly phone?: string | null;
  readonly state?: 'enabled' | 'disabled' | 'invited' | 'declined';
  readonly note?: string | null;
  /** ISO 8601 with the shop's offset. */
  readonly updated_at: string;
  readonly default_address?: Readonly<Record<string, string | null>>;
}

/**
 * The REST Admin API of shopify.dev: pages by a `page_info` in the Link header, next to which no filter is allowed; `limit` up
 * to 250; 429 with a Retry-After that has a decimal point.
 */
export async function shopifyTwin({
  token,
  customers,
}: {
  readonly token: string;
  readonly customers: ShopifyCustomer[];
}) {
  let throttles = 0;
  const { url, asked } = await serve(({ path, query, headers }, origin) => {
    if (headers['x-shopify-access-token'] !== token)
      return {
        status: 401,
        body: { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' },
      };
    if (path !== '/admin/api/2025-10/customers.json') return { status: 404, body: { errors: 'Not Found' } };
    if (throttles > 0) {
      throttles -= 1;
      const errors =
        'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.';
      return { status: 429, headers: { 'retry-after': '0.0' }, body: { errors } };
    }
    const { page_info: page, limit = '50', ...filters } = query;
    if (page !== undefined && Object.keys(filters).length > 0)
      return {
        status: 400,
        body: { errors: { [Object.keys(filters)[0] ?? '']: 'cannot be passed when page_info is present' } },
      };
    if (Number(limit) > 250) return { status: 400, body: { errors: { limit: 'is out of range' } } };
    // Where a page begins, and the filter that it belongs to: opaque to the caller.
    const [from = '0', since = filters.updated_at_min ?? ''] =
      page === undefined ? [] : Buffer.from(page, 'base64url').toString().split(' ');
    const found = customers.filter(
      (one) => Date.parse(one.updated_at) >= (since === '' ? 0 : Date.parse(since)) && one.id > Number(from),
    );
    const rows = found.slice(0, Number(limit));
    const next = Buffer.from(`${rows.at(-1)?.id} ${since}`).toString('base64url');
    const link = `<${origin}${path}?limit=${limit}&page_info=${next}>; rel="next"`;
    return { headers: found.length > rows.length ? { link } : {}, body: { customers: rows } };
  });
  return {
    url,
    asked,
    rateLimiter(times: number): void {
      throttles = times;
    },
  };
}
