import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { TwinRequest, TwinResponse } from './twin.ts';

/** The answer of a person on the consent page, as it is set beforehand. */
export const consentSchema = z.strictObject({
  /** `yes`, or the error that the browser goes back with, such as access_denied. */
  answer: z.string().min(1).default('yes'),
  description: z.string().exactOptional(),
  /** Of the company that is picked, where there are companies. */
  realmId: z.string().regex(/^\d+$/).exactOptional(),
});
export type Consent = z.output<typeof consentSchema>;

interface Code {
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly expiresAt: number;
}

/** The page that asks for consent, and the codes that it gives: one for each visit, good for one exchange. */
export function createConsentPage({
  clientId,
  scope,
  codeSeconds,
  now,
}: {
  readonly clientId: string;
  readonly scope: string;
  readonly codeSeconds: number;
  readonly now: () => number;
}) {
  const codes = new Map<string, Code>();
  const spent = new Set<string>();
  let consent: Consent = { answer: 'yes' };

  /** `more`: what else the browser brings back, from what was answered. */
  function visit({ query }: TwinRequest, more: (consent: Consent) => Readonly<Record<string, string>>): TwinResponse {
    const redirectUri = query.get('redirect_uri') ?? '';
    // Nobody is sent back to an address that is not known to be the client's.
    if (query.get('client_id') !== clientId) return said('The client is not known.');
    if (!isAllowed(redirectUri)) return said('The redirect_uri is not registered.');
    const back = new URL(redirectUri);
    const state = query.get('state');
    const sendBack = (values: Readonly<Record<string, string>>): TwinResponse => {
      for (const [name, value] of Object.entries(values)) back.searchParams.set(name, value);
      if (state !== null) back.searchParams.set('state', state);
      return { status: 302, headers: { location: back.href }, body: '' };
    };
    if (query.get('response_type') !== 'code') return sendBack({ error: 'unsupported_response_type' });
    if (query.get('scope') !== scope) return sendBack({ error: 'invalid_scope' });
    const challenge = query.get('code_challenge');
    if (challenge !== null && query.get('code_challenge_method') !== 'S256')
      return sendBack({ error: 'invalid_request', error_description: 'code_challenge_method must be S256' });
    const { answer, description } = consent;
    if (answer !== 'yes')
      return sendBack({ error: answer, ...(description !== undefined && { error_description: description }) });
    const code = `sandbox-code-${randomUUID()}`;
    codes.set(code, { redirectUri, challenge, expiresAt: now() + codeSeconds * 1000 });
    return sendBack({ code, ...more(consent) });
  }

  /** `again`: it was good, and has been exchanged before. */
  function redeem(exchange: {
    readonly code: string;
    readonly redirectUri: string;
    readonly verifier: string | undefined;
  }): 'good' | 'bad' | 'again' {
    if (spent.has(exchange.code)) return 'again';
    const known = codes.get(exchange.code);
    if (!known || known.expiresAt <= now() || known.redirectUri !== exchange.redirectUri) return 'bad';
    const challenge = exchange.verifier && createHash('sha256').update(exchange.verifier).digest('base64url');
    if (known.challenge !== null && challenge !== known.challenge) return 'bad';
    codes.delete(exchange.code);
    spent.add(exchange.code);
    return 'good';
  }

  return {
    visit,
    redeem,
    setConsent: (next: Consent): void => {
      consent = next;
    },
  };
}

/** As both APIs have it: https, or plain http to this machine. */
function isAllowed(redirectUri: string): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname } = new URL(redirectUri);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname));
}

function said(text: string): TwinResponse {
  return { status: 400, body: text };
}
