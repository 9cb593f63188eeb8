import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Callback, ConnectedAccount } from '../../../src/core/auth/connection.ts';
import { loginWithBrowser, type SignInOptions } from '../../../src/core/auth/sign-in.ts';
import { visit } from '../../kit/browser.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const connected: ConnectedAccount = {
  grant: { accessToken: 'access', expiresInSeconds: 60 },
  tokenName: 'acme',
  account: 'acme.example.com',
};

/** Somebody signs in: `go` is given the address to open. */
function signIn(go: (url: URL, redirectUri: string) => unknown, more: Partial<SignInOptions> = {}) {
  const exchanged: Callback[] = [];
  const kept: ConnectedAccount[] = [];
  const secrets: string[] = [];
  const refused: string[] = [];
  const ended = loginWithBrowser({
    title: 'Acme',
    signIn: {
      authorizeUrl: 'https://acme.example.com/authorize?tenant=1',
      clientId: 'app',
      scope: 'read write',
      pkce: true,
      register: 'there',
      validateRedirectUri: () => undefined,
      exchange: async (callback) => {
        exchanged.push(callback);
        return connected;
      },
    },
    adopt: false,
    back: { port: 0 },
    announce: ({ url, redirectUri }) => void go(new URL(url), redirectUri),
    refused: ({ kind }) => void refused.push(kind),
    keep: async (one) => void kept.push(one),
    onSecret: (secret) => void secrets.push(secret),
    limitMs: 600_000,
    clock: createTestClock({ moves: 'by-hand' }).clock,
    signal: new AbortController().signal,
    ...more,
  });
  return { ended, exchanged, kept, secrets, refused };
}

const back = (url: URL, redirectUri: string) =>
  visit(`${redirectUri}?code=the-code&state=${url.searchParams.get('state')}`);

test('the page is asked for with state, redirect URI and the hash of a verifier that only the exchange tells', async () => {
  let asked: URL | undefined;
  const { ended, exchanged, kept, secrets } = signIn((url, redirectUri) => {
    asked = url;
    return back(url, redirectUri);
  });
  expect(await ended).toBe(connected);
  expect(kept).toEqual([connected]);
  const [callback] = exchanged;
  const verifier = callback?.verifier ?? '';
  expect(verifier).toMatch(/^[\w-]{43}$/);
  expect(Object.fromEntries(asked?.searchParams ?? [])).toEqual({
    tenant: '1',
    response_type: 'code',
    client_id: 'app',
    redirect_uri: callback?.redirectUri,
    scope: 'read write',
    state: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  expect(secrets).toEqual([verifier, 'the-code']);
});

test('each sign-in has a state of its own', async () => {
  const states = new Set<string | null>();
  for (const _ of [1, 2, 3])
    await signIn((url, uri) => {
      states.add(url.searchParams.get('state'));
      return back(url, uri);
    }).ended;
  expect(states.size).toBe(3);
});

test('the browser is shown success only when everything is kept', async () => {
  let page: Promise<{ readonly status: number }> | undefined;
  const order: string[] = [];
  const go = (url: URL, uri: string): void => {
    page = back(url, uri).finally(() => order.push('page'));
  };
  await signIn(go, { keep: async () => void order.push('kept') }).ended;
  expect(await page).toMatchObject({ status: 200 });
  expect(order).toEqual(['kept', 'page']);
});

test('what cannot be kept is no success', async () => {
  let page: Promise<{ readonly status: number }> | undefined;
  const go = (url: URL, uri: string): void => {
    page = back(url, uri);
  };
  const { ended } = signIn(go, { keep: () => Promise.reject(new Error('the disk is full')) });
  await expect(ended).rejects.toThrow('the disk is full');
  expect(await page).toMatchObject({ status: 400 });
});

test('nobody comes: it ends by itself', async () => {
  const { ended } = signIn(() => undefined, { clock: createTestClock({ moves: 'at-once' }).clock });
  await expect(ended).rejects.toMatchObject({ code: 'connect-timeout', exitCode: 3 });
});

test('it ends when asked to; an exchange that has begun is awaited, for its tokens are there by then', async () => {
  const early = new AbortController();
  const { ended } = signIn(() => early.abort(), { signal: early.signal });
  await expect(ended).rejects.toMatchObject({ exitCode: 130 });
  const late = new AbortController();
  const kept: string[] = [];
  const busy = signIn(back, {
    signal: late.signal,
    keep: async ({ tokenName }) => {
      late.abort();
      await new Promise((done) => setImmediate(done));
      kept.push(tokenName);
    },
  });
  expect(await busy.ended).toBe(connected);
  expect(kept).toEqual(['acme']);
});

test('an address of the user’s own: what the browser ended at is pasted, others are told apart', async () => {
  const state = Promise.withResolvers<string>();
  async function* pasted() {
    const right = await state.promise;
    yield '';
    yield 'https://www.example.com/callback?code=x&state=wrong';
    yield `  https://www.example.com/callback?code=the-code&state=${right}#_  `;
  }
  const { ended, exchanged, refused } = signIn((url) => state.resolve(url.searchParams.get('state') ?? ''), {
    back: { redirectUri: 'https://www.example.com/callback' },
    pasted: pasted(),
  });
  expect(await ended).toBe(connected);
  expect(refused).toEqual(['foreign']);
  expect(exchanged).toMatchObject([{ code: 'the-code', redirectUri: 'https://www.example.com/callback' }]);
});

test('an input that ends without an address ends the sign-in only where nothing else can come', async () => {
  async function* nothing() {}
  const own = { redirectUri: 'https://www.example.com/callback' };
  await expect(signIn(() => undefined, { back: own, pasted: nothing() }).ended).rejects.toThrow('input ended');
  expect(await signIn(back, { pasted: nothing() }).ended).toBe(connected);
});
