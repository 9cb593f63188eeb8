import { expect, test } from 'vitest';
import { AuthError, ContractError, TransientError } from '../../../src/core/domain/errors.ts';
import { describeRequest, errorForStatus, networkError } from '../../../src/core/http/classify.ts';
import type { HttpRequest } from '../../../src/core/http/types.ts';
import { noon } from '../../kit/ports.ts';

const request: HttpRequest = {
  method: 'GET',
  path: '/api/v2/users/search',
  query: { query: 'email:"jo@example.com"' },
  body: { user: { email: 'jo@example.com' } },
  idempotent: true,
  signal: new AbortController().signal,
};
const errorOf = (status: number, headers: Record<string, string> = {}) =>
  errorForStatus('Zendesk', request, { status, headers, body: { kind: 'text', text: 'jo@example.com' } }, noon);

test.each([401, 403])('%i asks for a person', (status) => {
  expect(errorOf(status)).toBeInstanceOf(AuthError);
  expect(errorOf(status).exitCode).toBe(3);
});

test.each([408, 409, 423, 425, 500, 502, 503, 504, 520])('%i may pass, and may have had an effect', (status) => {
  const error = errorOf(status);
  expect(error).toBeInstanceOf(TransientError);
  expect(error).toMatchObject({ effect: 'unknown', throttled: false, status, exitCode: 4, retryAfterMs: undefined });
});

test('429 is the throttle: nothing was done, and the wait is what the server says', () => {
  expect(errorOf(429, { 'retry-after': '27' })).toMatchObject({
    effect: 'not-sent',
    throttled: true,
    retryAfterMs: 27_000,
    code: 'throttled',
  });
});

test('503 with Retry-After is maintenance: it says how long', () => {
  expect(errorOf(503, { 'retry-after': '120' })).toMatchObject({ retryAfterMs: 120_000, throttled: false });
});

test.each([302, 400, 404, 405, 410, 413, 422, 451])('%i is no answer that we can use', (status) => {
  expect(errorOf(status)).toBeInstanceOf(ContractError);
  expect(errorOf(status)).toMatchObject({ exitCode: 5, status, code: `http-${status}` });
});

test.each([
  ['https://new.example.com/api/v2/users?token=abc', 'https://new.example.com/api/v2/users'],
  ['//new.example.com/users', 'https://new.example.com/users'],
  ['/api/v3/users?token=abc', '/api/v3/users'],
])('a redirect to %s is not followed, and says where it leads', (location, shown) => {
  const error = errorOf(308, { location });
  expect(error).toMatchObject({ code: 'http-308', exitCode: 5, hint: expect.stringContaining('configuration') });
  expect(error.message).toBe(`Zendesk GET /api/v2/users/search: 308 Permanent Redirect: […], to ${shown}.`);
});

test('a page for browsers that comes with a success is called what it is', () => {
  const body = { kind: 'text', text: '<!doctype html><title>Sign in</title><p>…' } as const;
  const error = errorForStatus('Zendesk', request, { status: 200, headers: {}, body }, noon);
  expect(error.message).toBe('Zendesk GET /api/v2/users/search: 200 OK: a web page in place of data: Sign in.');
});

test('a path that a server gave is shown as far as people read', () => {
  const message = describeRequest('Acme', { method: 'GET', path: `/${'a'.repeat(100_000)}?token=abc` });
  expect(message).toBe(`Acme GET /${'a'.repeat(199)}…`);
});

test('messages name the call, never what was asked for or answered', () => {
  for (const status of [400, 401, 403, 429, 500]) {
    expect(errorOf(status).message).toContain(`Zendesk GET /api/v2/users/search: ${status}`);
    expect(`${errorOf(status).message} ${errorOf(status).hint}`).not.toContain('jo@');
  }
  expect(describeRequest('Zendesk', request)).toBe('Zendesk GET /api/v2/users/search');
});

const thrown = (code: string): Error => Object.assign(new Error(`${code} with jo@example.com`), { code });
const networkErrorOf = (error: unknown) => networkError('Zendesk', request, 'https://acme.zendesk.com', error);

test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'DEPTH_ZERO_SELF_SIGNED_CERT'])(
  '%s: nothing was sent, and the hint names the origin',
  (code) => {
    expect(networkErrorOf(thrown(code))).toMatchObject({ effect: 'not-sent', code: 'network', exitCode: 4 });
    expect(networkErrorOf(thrown(code)).hint).toContain('https://acme.zendesk.com');
  },
);

test.each(['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'EPIPE', 'whatever'])(
  '%s: it may have had an effect',
  (code) => {
    const error = networkErrorOf(thrown(code));
    expect(error).toMatchObject({ effect: 'unknown', code: 'network' });
    expect(error.message).toContain(code);
    expect(error.message).not.toContain('jo@');
  },
);

test('the code is found below other errors, and among those of several addresses', () => {
  expect(networkErrorOf(new Error('outer', { cause: thrown('ECONNREFUSED') }))).toMatchObject({ effect: 'not-sent' });
  expect(networkErrorOf(new AggregateError([thrown('ECONNREFUSED'), thrown('ECONNREFUSED')]))).toMatchObject({
    effect: 'not-sent',
  });
  expect(networkErrorOf('not even an error')).toMatchObject({ effect: 'unknown' });
});

test('a reply that is too large is no transient failure, and our own errors pass as they are', () => {
  expect(networkErrorOf(thrown('UND_ERR_RES_EXCEEDED_MAX_SIZE'))).toMatchObject({
    code: 'response-too-large',
    exitCode: 5,
  });
  const own = new AuthError('mine');
  expect(networkErrorOf(own)).toBe(own);
});
