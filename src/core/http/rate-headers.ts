import { defined } from '../defined.ts';
import { maxWaitMs } from './retry-after.ts';

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
    const resetMs = untilReset(whole(headers[`${family}-reset`]), headers);
    if (limit === undefined && remaining === undefined) continue;
    return {
      ...defined({ limit, remaining, resetMs }),
    };
  }
  return {};
}

/** Milliseconds until no endpoint's budget (`<vendor>-ratelimit-<name>: total=…; remaining=…; resets=…`, as Zendesk sends them) is spent any more. */
export function endpointResetMs(headers: Headers): number | undefined {
  const spent = Object.entries(headers).flatMap(([name, value]) => {
    if (!/^[a-z]+-ratelimit-/.test(name) || name.startsWith('x-')) return [];
    const parts = new Map(value.split(';').map((part) => part.trim().split('=', 2) as [string, string | undefined]));
    const resetMs = untilReset(whole(parts.get('resets')), headers);
    return whole(parts.get('remaining')) === 0 && resetMs !== undefined ? [resetMs] : [];
  });
  return spent.length > 0 ? Math.max(...spent) : undefined;
}

/** More seconds than any wait takes: a moment, counted from 1970, as some APIs give it (Okta). */
const sinceEpoch = 1_000_000_000;

/** Undefined when absent, and for a time that no budget takes to be new: a refusal will say how long to wait. */
function untilReset(seconds: number | undefined, headers: Headers): number | undefined {
  if (seconds === undefined) return undefined;
  const ms = seconds * 1000;
  const waitMs = seconds < sinceEpoch ? ms : Math.max(0, ms - Date.parse(headers.date ?? ''));
  return waitMs <= maxWaitMs ? waitMs : undefined;
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+/.test(text) ? Number.parseInt(text, 10) : undefined;
}
