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
