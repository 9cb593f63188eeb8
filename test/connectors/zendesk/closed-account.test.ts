import { expect, test } from 'vitest';
import { withoutNetwork } from '../../kit/twins/no-network.ts';
import { createApi, signal, zen } from '../../kit/twins/zendesk.ts';

withoutNetwork();

type Body = string | object;
const html = { 'content-type': 'text/html' };

async function refusal(status: number, body: Body, headers: Record<string, string> = {}) {
  zen().get('/api/v2/users/me').reply(status, body, headers);
  return await createApi()
    .api.me(signal)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

test.each([301, 302, 307, 308])('%i to another subdomain: it was renamed, and the new one is named', async (status) => {
  const body =
    '<html><body>You are being <a href="https://acme-new.zendesk.com/api/v2/users/me">redirected</a>.</body></html>';
  const error = await refusal(status, body, { ...html, location: 'https://acme-new.zendesk.com/api/v2/users/me' });
  expect(error).toMatchObject({
    code: 'zendesk-moved',
    exitCode: 3,
    message: expect.stringContaining('https://acme-new.zendesk.com'),
    hint: expect.stringContaining('destination.subdomain: acme-new'),
  });
});

test('a redirect elsewhere is named without its path, and never proposed as a subdomain', async () => {
  const error = await refusal(302, '', { location: 'https://evil.example.com/phish?token=1' });
  expect(error).toMatchObject({ code: 'zendesk-moved', message: expect.stringContaining('https://evil.example.com ') });
  expect(error).toMatchObject({ hint: expect.not.stringContaining('evil') });
});

test.each([
  ['to a page of its own', { location: '/access/unauthenticated' }],
  ['without an address', {}],
  ['to what is no address', { location: 'https://' }],
])('a redirect %s asks for a person', async (_, headers) => {
  expect(await refusal(302, '', headers)).toMatchObject({ code: 'zendesk-redirect', exitCode: 3 });
});

test('402: the account is not paid for', async () => {
  expect(await refusal(402, { error: 'Payment Required', description: 'Your trial has expired' })).toMatchObject({
    code: 'zendesk-inactive',
    exitCode: 3,
    message: expect.stringContaining('Your trial has expired'),
  });
});

const closed =
  '<!DOCTYPE html>\n<html><head><title>Help Center Closed | Zendesk</title></head><body>Oops</body></html>';
test.each([200, 400, 404, 410])('%i with a web page: the account is closed, suspended or another', async (status) => {
  expect(await refusal(status, closed, html)).toMatchObject({
    code: 'zendesk-page',
    exitCode: 3,
    message: expect.stringContaining('Help Center Closed'),
    hint: expect.stringContaining('https://acme.zendesk.com'),
  });
});

test.each([
  [403, { error: 'Forbidden', description: 'Access is restricted: your IP address is not allowed.' }],
  [403, 'This IP is not in the list of allowed addresses'],
  [401, { error: { title: 'IP restricted', message: 'Requests are allowed from listed IP ranges only' } }],
])('%i by IP restrictions says where they are set', async (status, body) => {
  expect(await refusal(status, body)).toMatchObject({
    code: 'zendesk-ip-restricted',
    exitCode: 3,
    hint: expect.stringContaining('IP restrictions'),
  });
});

test.each([
  [403, { error: 'Account suspended' }],
  [403, { error: { title: 'Forbidden', message: 'This account has been suspended. Please contact support.' } }],
  [401, { error: 'User is suspended' }],
  [403, '<html><head><title>Account suspended</title></head></html>'],
])('%i of a suspended account or user says so', async (status, body) => {
  expect(await refusal(status, body)).toMatchObject({ code: 'zendesk-suspended', exitCode: 3 });
});

test.each([
  [403, { error: { title: 'Forbidden', message: 'You do not have access to this page.' } }, 'forbidden'],
  [401, { error: "Couldn't authenticate you" }, 'unauthorized'],
])('any other %i is shown with its words', async (status, body, code) => {
  const words = typeof body.error === 'string' ? body.error : body.error.message;
  expect(await refusal(status, body)).toMatchObject({
    code,
    exitCode: 3,
    message: expect.stringContaining(words.replace(/\.$/, '')),
  });
});
