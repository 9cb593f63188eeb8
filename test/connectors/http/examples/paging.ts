import type { TwinRequest } from '../../../../src/sandbox/server/twin.ts';
import type { Customer } from './vendor-twin.ts';

export interface Dealt {
  readonly rows: readonly Customer[];
  /** Opaque position of the next page. */
  readonly next: string | undefined;
}

/** A page that begins after a customer: it stays where it is when others come and go. */
export function pageAfter(found: readonly Customer[], cursor: string | null | undefined, size: number): Dealt {
  const place = cursor ? placeOf(cursor) : 0;
  const rest = found.filter(({ n }) => n > place);
  const rows = rest.slice(0, size);
  return { rows, next: rest.length > size ? cursorOf(rows.at(-1)?.n ?? 0) : undefined };
}

/** A page by its number from 1, with what is said about the whole. */
export function pageNumber(found: readonly Customer[], page: number, size: number) {
  return {
    rows: found.slice((page - 1) * size, page * size),
    pages: Math.max(1, Math.ceil(found.length / size)),
    total: found.length,
  };
}

/** The URL of the request with another value of a parameter. */
export function urlWith({ path, query, headers }: TwinRequest, name: string, value: string): string {
  const next = new URLSearchParams(query);
  next.set(name, value);
  return `http://${headers.host ?? '127.0.0.1'}${path}?${next}`;
}

export function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function cursorOf(place: number): string {
  return Buffer.from(`after ${place}`).toString('base64url');
}

function placeOf(cursor: string): number {
  return Number(/^after (\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1] ?? Number.NaN);
}
