import type { Clock } from '../../core/clock.ts';
import type { HttpClientOptions } from '../../core/http/client.ts';
import type { HttpSourceConfig } from './config.ts';

type Declared = NonNullable<NonNullable<HttpSourceConfig['rateLimit']>['headers']>;
type Headers = Readonly<Record<string, string>>;

/** Gives the declared rate headers the names and units that the client reads. */
export function normalizerFor(
  { rateLimit }: Pick<HttpSourceConfig, 'rateLimit'>,
  clock: Pick<Clock, 'now'>,
): Pick<HttpClientOptions, 'normalize'> {
  const declared = rateLimit?.headers;
  if (!declared) return {};
  return {
    normalize: (response) => ({
      ...response,
      headers: { ...response.headers, ...standardHeaders(declared, response, clock.now()) },
    }),
  };
}

function standardHeaders(
  declared: Declared,
  { status, headers }: { readonly status: number; readonly headers: Headers },
  nowMs: number,
): Headers {
  const value = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : headers[name.toLowerCase()];
  const limit = value(declared.limit);
  const remaining = value(declared.remaining);
  const now = Date.parse(headers.date ?? '') || nowMs;
  const resetMs = msUntil(value(declared.reset), declared.resetIn, now);
  // A refusal that does not say how long to wait means: until the budget is new.
  const waitMs =
    msUntil(value(declared.retryAfter), declared.retryAfterIn, now) ??
    (status === 429 && headers['retry-after'] === undefined ? resetMs : undefined);
  return {
    ...(limit !== undefined && { 'x-rate-limit-limit': limit }),
    ...(remaining !== undefined && { 'x-rate-limit-remaining': remaining }),
    ...(resetMs !== undefined && { 'x-rate-limit-reset': String(Math.ceil(resetMs / 1000)) }),
    ...(waitMs !== undefined && { 'retry-after': String(waitMs / 1000) }),
  };
}

/** Undefined where there is no such time: the header is absent, or not what was declared. */
function msUntil(text: string | undefined, unit: Declared['resetIn'], now: number): number | undefined {
  if (text === undefined) return undefined;
  const given =
    unit === 'date' ? Date.parse(text) : /^\s*\d+(\.\d+)?/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (Number.isNaN(given)) return undefined;
  switch (unit) {
    case 's':
      return given * 1000;
    case 'ms':
      return given;
    case 'epoch_s':
      return Math.max(0, given * 1000 - now);
    case 'epoch_ms':
    case 'date':
      return Math.max(0, given - now);
    default:
      return unit satisfies never;
  }
}
