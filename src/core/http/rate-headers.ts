/** What an account's rate headers say. Any part may be missing on any response. */
export interface RateReading {
  readonly limit?: number;
  readonly remaining?: number;
  readonly resetMs?: number;
}

type Headers = Readonly<Record<string, string>>;

/** The three account-wide families, in the order in which they are believed (reference: rate headers). */
const families = ['x-rate-limit', 'ratelimit', 'rate-limit'] as const;

/** Reads the account's budget from whichever family a response carries. */
export function readRateHeaders(headers: Headers): RateReading {
  for (const family of families) {
    const limit = whole(headers[`${family}-limit`] ?? headers[family]);
    const remaining = whole(headers[`${family}-remaining`]);
    const reset = whole(headers[`${family}-reset`]);
    if (limit === undefined && remaining === undefined) continue;
    return {
      ...(limit !== undefined && { limit }),
      ...(remaining !== undefined && { remaining }),
      ...(reset !== undefined && { resetMs: reset * 1000 }),
    };
  }
  return {};
}

/** Milliseconds until no endpoint's budget (`zendesk-ratelimit-<name>: total=…; remaining=…; resets=…`) is spent any more. */
export function endpointResetMs(headers: Headers): number | undefined {
  const spent = Object.entries(headers).flatMap(([name, value]) => {
    if (!name.startsWith('zendesk-ratelimit-')) return [];
    const parts = new Map(value.split(';').map((part) => part.trim().split('=', 2) as [string, string | undefined]));
    const resets = whole(parts.get('resets'));
    return whole(parts.get('remaining')) === 0 && resets !== undefined ? [resets * 1000] : [];
  });
  return spent.length > 0 ? Math.max(...spent) : undefined;
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+/.test(text) ? Number.parseInt(text, 10) : undefined;
}
