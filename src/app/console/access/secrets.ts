import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** So many random bytes. */
export type Random = (bytes: number) => Buffer;

const secretBytes = 32;

/** 256 bits that nobody guesses, as they stand in an address or a cookie. */
export function newSecret(random: Random): string {
  return random(secretBytes).toString('base64url');
}

/** What is kept of a secret. It is random and long: a plain hash tells nothing about it. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Another secret that whoever has this one can make, for one purpose. */
export function derived(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url');
}

/** Takes as long whatever the difference. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
