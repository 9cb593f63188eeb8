import { createHmac, randomBytes } from 'node:crypto';
import { requestUrl } from '../../../core/http/request-url.ts';
import type { HttpRequest } from '../../../core/http/types.ts';
import type { OAuth1Config } from './config.ts';

export interface Signing {
  readonly auth: OAuth1Config;
  readonly origin: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  /** Never used before with this timestamp. */
  readonly nonce: string;
}

const hashes = { 'HMAC-SHA256': 'sha256', 'HMAC-SHA1': 'sha1' } as const;

/** A value that no other request has. */
export const newNonce = (): string => randomBytes(16).toString('hex');

/** The Authorization header of a request (RFC 5849, section 3). A body of JSON is not signed: only forms are (3.4.1.3.1). */
export function signedHeader(
  request: Pick<HttpRequest, 'method' | 'path' | 'query' | 'form'>,
  signing: Signing,
): string {
  const { consumerKey, token, realm, signature: method } = signing.auth;
  const own = {
    oauth_consumer_key: consumerKey,
    oauth_token: token,
    oauth_signature_method: method,
    oauth_timestamp: String(signing.timestamp),
    oauth_nonce: signing.nonce,
    oauth_version: '1.0',
  };
  const signature = signatureOf(request, own, signing);
  const sent = Object.entries({ ...own, oauth_signature: signature }).map(
    ([name, value]) => `${name}="${percentEncoded(value)}"`,
  );
  // The realm is the one parameter that is not signed.
  return `OAuth ${[...(realm === undefined ? [] : [`realm="${percentEncoded(realm)}"`]), ...sent].join(', ')}`;
}

function signatureOf(
  request: Pick<HttpRequest, 'method' | 'path' | 'query' | 'form'>,
  own: Readonly<Record<string, string>>,
  { auth, origin }: Signing,
): string {
  const url = requestUrl(origin, request);
  const parameters = [...url.searchParams, ...Object.entries(request.form ?? {}), ...Object.entries(own)];
  return hmacOf(baseString(request.method, `${url.origin}${url.pathname}`, parameters), auth);
}

/** RFC 5849, section 3.4.2. */
export function hmacOf(
  text: string,
  { signature, consumerSecret, tokenSecret }: Pick<OAuth1Config, 'signature' | 'consumerSecret' | 'tokenSecret'>,
): string {
  const key = `${percentEncoded(consumerSecret)}&${percentEncoded(tokenSecret)}`;
  return createHmac(hashes[signature], key).update(text).digest('base64');
}

/** RFC 5849, section 3.4.1.1: what is signed. */
export function baseString(
  method: string,
  address: string,
  parameters: readonly (readonly [name: string, value: string])[],
): string {
  const sorted = parameters
    .map(([name, value]) => [percentEncoded(name), percentEncoded(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`);
  return [method.toUpperCase(), address, sorted.join('&')].map(percentEncoded).join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** RFC 5849, section 3.6: all but letters, digits and `-._~`. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
