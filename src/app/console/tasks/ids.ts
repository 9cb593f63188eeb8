import type { Random } from '../access/secrets.ts';

/** An id that begins with a time, so that ids are in the order in which they were made. */
export function newId(now: number, random: Random): string {
  return `${firstIdAt(now)}-${random(9).toString('hex')}`;
}

/** No id that was made later comes before it. */
export function firstIdAt(ms: number): string {
  return ms.toString(36).padStart(9, '0');
}
