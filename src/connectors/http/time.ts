import type { HttpSourceConfig } from './config.ts';

type Format = NonNullable<HttpSourceConfig['incremental']>['format'];

/** A time as the API wants it, always in UTC. The unix formats are numbers, which stay numbers in a body. */
export function timeFor(format: Format, ms: number): string | number {
  const iso = new Date(ms).toISOString();
  const seconds = iso.slice(0, 19);
  switch (format) {
    case 'iso':
      return `${seconds}Z`;
    case 'iso_ms':
      return iso;
    case 'iso_offset':
      return `${seconds}+00:00`;
    case 'date_time':
      return seconds.replace('T', ' ');
    case 'date':
      return iso.slice(0, 10);
    case 'unix':
      return Math.floor(ms / 1000);
    case 'unix_ms':
      return ms;
    case 'http_date':
      return new Date(ms).toUTCString();
    default:
      return format satisfies never;
  }
}
