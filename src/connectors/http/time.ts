import type { HttpSourceConfig } from './config.ts';

type Format = NonNullable<HttpSourceConfig['incremental']>['format'];

/** A time as the API wants it. */
export function timeFor(format: Format, ms: number): string {
  switch (format) {
    case 'iso':
      return `${new Date(ms).toISOString().slice(0, 19)}Z`;
    case 'unix':
      return String(Math.floor(ms / 1000));
    case 'unix_ms':
      return String(ms);
    case 'http_date':
      return new Date(ms).toUTCString();
    default:
      return format satisfies never;
  }
}

/** A time as APIs give it: ISO, seconds or milliseconds since the epoch, or the `/Date(…)/` of .NET. */
export function timeOf(value: unknown): Date | undefined {
  if (typeof value === 'number') return new Date(value < 1e11 ? value * 1000 : value);
  if (typeof value !== 'string') return undefined;
  const dotNet = /^\/Date\((-?\d+)/.exec(value)?.[1];
  const ms = dotNet === undefined ? Date.parse(value) : Number(dotNet);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
