import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Exchange, playExchanges } from '../../src/testing/index.ts';

const page = (cursor: string, body: Exchange['reply']['body']): Exchange => ({
  request: { method: 'GET', path: '/customers', query: { cursor } },
  reply: { status: 200, headers: { etag: cursor }, body },
});

test('each exchange is played once, to the request that it fits, in whatever order they come', async () => {
  const replayServer = await playExchanges([
    page('2', { rows: [2] }),
    page('1', { rows: [1], next: '{{origin}}/customers?cursor=2' }),
    { request: { method: 'POST', path: '/token', body: { grant_type: 'refresh_token' } }, reply: { status: 204 } },
  ]);
  const first = await fetch(`${replayServer.url}/customers?cursor=1`);
  expect(first.headers.get('etag')).toBe('1');
  const { next } = z.object({ next: z.string() }).parse(await first.json());
  expect(next).toBe(`${replayServer.url}/customers?cursor=2`);
  expect(await (await fetch(next)).json()).toEqual({ rows: [2] });
  const body = new URLSearchParams({ grant_type: 'refresh_token' });
  expect((await fetch(`${replayServer.url}/token`, { method: 'POST', body })).status).toBe(204);
  await replayServer.close();
});

test('what is not in the recording is refused, and fails the test at its end with what was never asked', async () => {
  const header = {
    request: { method: 'GET', path: '/me', headers: { authorization: 'Bearer right' } },
    reply: { status: 200 },
  };
  const replayServer = await playExchanges([page('1', {}), header]);
  expect((await fetch(`${replayServer.url}/customers?cursor=1&limit=5`)).status).toBe(400);
  expect((await fetch(`${replayServer.url}/me`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(400);
  await expect(replayServer.close()).rejects.toThrow(
    [
      'Asked and not in the recording: GET /customers?cursor=1&limit=5',
      'Asked and not in the recording: GET /me?',
      'In the recording and never asked: GET /customers',
      'In the recording and never asked: GET /me',
    ].join('\n'),
  );
});
