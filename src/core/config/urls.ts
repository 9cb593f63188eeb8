import { z } from 'zod';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Scheme, host and port: https, or http on this machine only. */
export const originSchema = z
  .string()
  .refine((text) => isAllowed(text) && /^https?:\/\/[^/?#]+\/?$/.test(text), {
    error: 'expected an origin such as https://proxy.example.com (http: only for 127.0.0.1), without a path',
  })
  .transform((text) => new URL(text).origin);

/** A whole URL: https, or http on this machine only. */
export const urlSchema = z
  .string()
  .refine(isAllowed, { error: 'expected a whole https URL (http: only for 127.0.0.1)' });

function isAllowed(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username } = new URL(text);
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname)));
}
