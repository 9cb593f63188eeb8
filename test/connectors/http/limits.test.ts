import { expect, test } from 'vitest';
import { createTestClock } from '../../kit/test-clock.ts';
import { type Answer, inTurn } from '../../kit/twins/scripted-server.ts';
import { keysOf, rows, sourceOf } from './source-of.ts';

const good: Answer = { body: { data: rows(1) } };
const graphql = { records: 'data', error: 'errors', throttled: { path: 'errors[0].extensions.code', is: 'THROTTLED' } };

async function waited(answer: Answer, config: Readonly<Record<string, unknown>>) {
  const { clock, slept } = createTestClock({ moves: 'at-once' });
  const { read, asked } = await sourceOf(inTurn(answer, good), { records: 'data', ...config }, { clock });
  const keys = keysOf(await read());
  return { keys, requests: asked.length, slept };
}

test('an error with status 200 that asks for patience is waited for', async () => {
  const errors = [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }];
  const { keys, requests, slept } = await waited({ body: { data: null, errors } }, graphql);
  expect({ keys, requests, slept }).toEqual({ keys: ['1'], requests: 2, slept: [10_000] });
});

test('any other error with status 200 ends the run, also next to data, and says what the API said', async () => {
  const errors = [{ message: "Field 'nam' doesn't exist on type 'Customer'", extensions: { code: 'undefinedField' } }];
  const { read } = await sourceOf(() => ({ body: { data: rows(1), errors } }), graphql);
  await expect(read()).rejects.toMatchObject({
    code: 'http-shape',
    exitCode: 5,
    message: expect.stringContaining("Field 'nam' doesn't exist on type 'Customer'"),
  });
});

test('an empty list of errors is no error', async () => {
  const { read } = await sourceOf(() => ({ body: { data: rows(1), errors: [] } }), graphql);
  expect(keysOf(await read())).toEqual(['1']);
});

test('a 403 whose code asks for patience is waited for; any other 403 is not', async () => {
  const throttled = { path: '[0].errorCode', is: ['REQUEST_LIMIT_EXCEEDED'] };
  const body = [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }];
  expect(await waited({ status: 403, body }, { throttled })).toMatchObject({ keys: ['1'], requests: 2 });
  const other = [{ message: 'No access', errorCode: 'INSUFFICIENT_ACCESS' }];
  await expect(waited({ status: 403, body: other }, { throttled })).rejects.toMatchObject({ exitCode: 3 });
});

const resetsAt = (inSeconds: number) => Date.UTC(2026, 10, 23, 12) + inSeconds * 1000;
const date = new Date(Date.UTC(2026, 10, 23, 12)).toUTCString();

test.each([
  ['s', '7', 7_000],
  ['ms', '1500', 1_500],
  ['epoch_s', String(resetsAt(9) / 1000), 9_000],
  ['epoch_ms', String(resetsAt(4)), 4_000],
  ['date', new Date(resetsAt(30)).toISOString(), 30_000],
])('a 429 without Retry-After waits until the budget is new, which the API says in %s', async (resetIn, text, ms) => {
  const answer = { status: 429, headers: { date, 'x-quota-reset': text }, body: {} };
  const { keys, slept } = await waited(answer, { rateLimit: { headers: { reset: 'X-Quota-Reset', resetIn } } });
  expect(keys).toEqual(['1']);
  expect(slept[0]).toBe(ms);
});

test.each([
  ['s', '3', 3_000],
  ['ms', '250', 250],
  ['date', new Date(resetsAt(5)).toUTCString(), 5_000],
])('a wait in a header of its own name, in %s', async (retryAfterIn, text, ms) => {
  const answer = { status: 429, headers: { date, 'x-wait': text }, body: {} };
  const { slept } = await waited(answer, { rateLimit: { headers: { retryAfter: 'x-wait', retryAfterIn } } });
  expect(slept[0]).toBe(ms);
});

test('a budget that is spent is waited for before the next request', async () => {
  const { clock, slept } = createTestClock({ moves: 'at-once' });
  const headers = { date, 'x-left': '0', 'x-quota': '100', 'x-new': '2500' };
  const script = inTurn({ headers, body: { data: rows(1), next: 'b' } }, good);
  const config = {
    records: 'data',
    pagination: { type: 'cursor', param: 'after', from: 'next' },
    rateLimit: { headers: { remaining: 'X-Left', limit: 'X-Quota', reset: 'X-New', resetIn: 'ms' } },
  };
  const { read } = await sourceOf(script, config, { clock });
  await read();
  expect(slept.map((ms) => Math.ceil(ms / 1000))).toEqual([3]);
});

test('a header that is not what was declared is as if it were absent', async () => {
  const answer = { status: 429, headers: { 'x-quota-reset': 'soon' }, body: {} };
  const { slept } = await waited(answer, { rateLimit: { headers: { reset: 'X-Quota-Reset' } } });
  expect(slept[0]).toBe(10_000);
});
