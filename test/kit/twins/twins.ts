import { request } from 'undici';
import { onTestFinished } from 'vitest';
import {
  quickbooksCredentials,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
  zendeskCredentials,
} from '../../../src/sandbox/index.ts';
import { noon } from '../ports.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly body: ReturnType<typeof JSON.parse>;
}

/** Twins whose time the test moves, and clients that speak to them as plainly as curl. */
export async function startTwins(options: SandboxOptions = {}) {
  let at = noon;
  const box: Sandbox = await startSandbox({ now: () => at, jobLatencyMs: 10_000, ...options });
  onTestFinished(() => box.close());

  async function ask(
    url: string,
    { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
  ): Promise<Answered> {
    const reply = await request(url, {
      // Any method there is.
      method: method as 'GET',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await reply.body.text();
    const isJson = String(reply.headers['content-type']).includes('json') && text !== '';
    return { status: reply.statusCode, headers: reply.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  const zendesk = (
    path: string,
    { token = zendeskCredentials.adminToken, ...how }: { method?: string; body?: unknown; token?: string } = {},
  ): Promise<Answered> => ask(`${box.zendesk.url}${path}`, { ...how, headers: { authorization: `Bearer ${token}` } });

  async function token(refreshToken: string = quickbooksCredentials.refreshToken): Promise<Answered> {
    const { clientId, clientSecret } = quickbooksCredentials;
    return await ask(`${box.quickbooks.url}/oauth2/v1/tokens/bearer`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `grant_type=refresh_token&refresh_token=${refreshToken}`,
    });
  }

  let bearer: string | undefined;
  async function quickbooks(path: string, how: { method?: string; body?: unknown } = {}): Promise<Answered> {
    bearer ??= String((await token()).body.access_token);
    const url = `${box.quickbooks.url}/v3/company/${quickbooksCredentials.realmId}${path}`;
    return await ask(url, { ...how, headers: { authorization: `Bearer ${bearer}` } });
  }

  return {
    box,
    ask,
    zendesk,
    token,
    quickbooks,
    query: (statement: string) => quickbooks(`/query?query=${encodeURIComponent(statement)}&minorversion=75`),
    pass: (ms: number): void => {
      at += ms;
    },
    now: () => at,
  };
}
