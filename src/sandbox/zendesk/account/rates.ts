import type { TwinResponse } from '../../server/twin.ts';

/** Requests a minute by plan, from Zendesk's page on rate limits. */
export const plans = {
  team: 200,
  growth: 400,
  professional: 400,
  enterprise: 700,
  'enterprise-plus': 2500,
  /** For measurements: no account has it. */
  unlimited: 10_000_000,
} as const;
export type Plan = keyof typeof plans;
export type RateFamily = 'x-rate-limit' | 'ratelimit' | 'rate-limit' | 'none';

const minuteMs = 60_000;

export function createRates(now: () => number, plan: Plan, family: RateFamily) {
  const limit = plans[plan];
  const isUnlimited = plan === 'unlimited';
  let window = Math.floor(now() / minuteMs);
  let used = 0;
  let exports: number[] = [];
  const updates = new Map<number, number[]>();
  let refused = 0;

  return {
    refusals: () => refused,
    /** Counts a request; a response when there is no budget left. */
    take(): TwinResponse | undefined {
      const current = Math.floor(now() / minuteMs);
      if (current !== window) {
        window = current;
        used = 0;
      }
      used += 1;
      if (used <= limit) return undefined;
      refused += 1;
      const retryAfter = Math.ceil(((window + 1) * minuteMs - now()) / 1000);
      return {
        status: 429,
        body: { error: 'TooManyRequests', description: 'Rate limit exceeded' },
        headers: { 'retry-after': String(retryAfter) },
      };
    },
    headers(): Readonly<Record<string, string>> {
      if (family === 'none') return {};
      const remaining = String(Math.max(0, limit - used));
      if (family === 'x-rate-limit') return { 'x-rate-limit': String(limit), 'x-rate-limit-remaining': remaining };
      const reset = String(Math.ceil(((window + 1) * minuteMs - now()) / 1000));
      const name = family === 'ratelimit' ? 'ratelimit-limit' : 'rate-limit';
      return { [name]: String(limit), [`${family}-remaining`]: remaining, [`${family}-reset`]: reset };
    },
    /** Ten incremental exports a minute. */
    takeExport(): TwinResponse | undefined {
      exports = exports.filter((at) => at > now() - minuteMs);
      exports.push(now());
      if (exports.length <= 10 || isUnlimited) return undefined;
      const description = 'Number of allowed incremental export API requests per minute exceeded';
      return { status: 429, body: { error: 'APIRateLimitExceeded', description }, headers: { 'retry-after': '30' } };
    },
    /** Five updates a minute of one user. */
    takeUpdate(id: number): TwinResponse | undefined {
      const recent = (updates.get(id) ?? []).filter((at) => at > now() - minuteMs);
      updates.set(id, [...recent, now()]);
      if (recent.length < 5 || isUnlimited) return undefined;
      const body =
        'You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: ';
      return { status: 429, body, headers: { 'content-type': 'text/plain', 'retry-after': '27' } };
    },
  };
}

export type Rates = ReturnType<typeof createRates>;
