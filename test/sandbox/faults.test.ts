import { expect, onTestFinished, test, vi } from 'vitest';
import { defined } from '../../src/core/defined.ts';
import { parseFaultRule, zendeskCredentials } from '../../src/sandbox/index.ts';
import { checkFaultRule, type FaultRule } from '../../src/sandbox/server/fault-rule.ts';
import { createFaults } from '../../src/sandbox/server/faults.ts';
import { startTwins } from '../kit/twins/twins.ts';

const none = () => ({ accepted: 0, pending: 0 });
const request = (path = '/api/v2/users', method = 'GET', body = '') => ({
  method,
  path,
  query: new URLSearchParams(path.split('?')[1] ?? ''),
  headers: {},
  body,
});

/** Which of so many requests a rule strikes, counted from 1. */
function struck(rule: FaultRule, count: number, seed = 1): number[] {
  const faults = createFaults(seed, none);
  faults.add(rule);
  return Array.from({ length: count }, (_, index) => (faults.next(request()) ? index + 1 : 0)).filter((at) => at > 0);
}

test('a rule strikes every request, the n-th, every n-th, or so often at most', () => {
  expect(struck({ fault: '500' }, 3)).toEqual([1, 2, 3]);
  expect(struck({ fault: '500', nth: 2 }, 5)).toEqual([2]);
  expect(struck({ fault: '500', every: 2 }, 5)).toEqual([2, 4]);
  expect(struck({ fault: '500', times: 2 }, 5)).toEqual([1, 2]);
  expect(struck({ fault: '500', every: 2, times: 1 }, 5)).toEqual([2]);
});

test('by chance means the same for the same seed, and about as often as was said', () => {
  const rule = { fault: '500', probability: 0.25 };
  expect(struck(rule, 200)).toEqual(struck(rule, 200));
  expect(struck(rule, 200)).not.toEqual(struck(rule, 200, 2));
  expect(struck(rule, 2_000).length / 2_000).toBeCloseTo(0.25, 1);
  expect(
    [struck({ fault: '500', probability: 0 }, 50), struck({ fault: '500', probability: 1 }, 50)].map(
      ({ length }) => length,
    ),
  ).toEqual([0, 50]);
});

test('a rule is about a path, a method, a route, a text: all that it names must fit', () => {
  const fits = (rule: Omit<FaultRule, 'fault'>, ...given: Parameters<typeof request>): boolean => {
    const faults = createFaults(1, none);
    faults.add({ fault: '500', ...rule });
    return faults.next(request(...given)) !== undefined;
  };
  expect(fits({ path: 'create_many' }, '/api/v2/users/create_many', 'POST')).toBe(true);
  expect(fits({ path: 'create_many', method: 'GET' }, '/api/v2/users/create_many', 'POST')).toBe(false);
  expect(fits({ route: 'GET /api/v2/users/{id}/identities' }, '/api/v2/users/7/identities')).toBe(true);
  expect(fits({ route: 'GET /api/v2/users/{id}' }, '/api/v2/users/7/identities')).toBe(false);
  expect(fits({ text: 'a@example.com' }, '/api/v2/users', 'POST', '{"email":"a@example.com"}')).toBe(true);
  expect(fits({ text: 'count(*)' }, '/query?query=select+count(*)+from+Customer')).toBe(true);
  expect(fits({ text: 'b@example.com' }, '/api/v2/users', 'POST', '{"email":"a@example.com"}')).toBe(false);
});

test('only requests that a rule is about are counted by it, and the first that strikes wins', () => {
  const faults = createFaults(1, none);
  faults.add({ fault: '500', path: '/a', nth: 2 });
  faults.add({ fault: '503' });
  const fault = (path: string) => faults.next(request(path))?.fault;
  expect(['/b', '/a', '/b', '/a', '/a'].map(fault)).toEqual(['503', '503', '503', '500', '503']);
  expect(faults.list()).toMatchObject([
    { fault: '500', seen: 3, applied: 1 },
    { fault: '503', seen: 4, applied: 4 },
  ]);
  faults.clear();
  expect(fault('/a')).toBeUndefined();
});

const jo = { name: 'Jo', external_id: '1', skip_verify_email: true };
const create = { method: 'POST', body: { user: jo } };

test('reset-before leaves nothing done, reset-after leaves it done: neither is answered', async () => {
  const { box, zendesk } = await startTwins({ zendeskFaults: [{ fault: 'reset-before', times: 1, method: 'POST' }] });
  await expect(zendesk('/api/v2/users', create)).rejects.toThrow();
  expect(box.zendesk.users.byId.size).toBe(0);
  box.zendesk.faults.add({ fault: 'reset-after', times: 1, method: 'POST' });
  await expect(zendesk('/api/v2/users', create)).rejects.toThrow();
  expect(box.zendesk.users.byId.size).toBe(1);
  expect((await zendesk('/api/v2/users')).body.users).toMatchObject([{ external_id: '1' }]);
});

test('truncated: done, and half an answer', async () => {
  const { box, zendesk } = await startTwins({ zendeskFaults: [{ fault: 'truncated', times: 1 }] });
  await expect(zendesk('/api/v2/users', create)).rejects.toThrow();
  expect(box.zendesk.users.byId.size).toBe(1);
});

test('hang: no answer, until the twin is closed', async () => {
  const { box, zendesk } = await startTwins({ zendeskFaults: [{ fault: 'hang' }] });
  const hanging = expect(zendesk('/api/v2/users', create)).rejects.toThrow();
  await expect.poll(() => box.zendesk.faults.list()[0]?.applied).toBe(1);
  await box.close();
  await hanging;
  expect(box.zendesk.users.byId.size).toBe(0);
});

test('slow: the answer comes, after as long as was said', async () => {
  const { box, zendesk } = await startTwins({ zendeskFaults: [{ fault: 'slow', delayMs: 31, times: 1 }] });
  const waits = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => waits.mockRestore());
  expect(await zendesk('/api/v2/users', create)).toMatchObject({ status: 201 });
  expect(box.zendesk.users.byId.size).toBe(1);
  expect(waits.mock.calls.map(([, ms]) => ms)).toContain(31);
});

test('html, text, a status, the API’s own words, with Retry-After if it is asked for', async () => {
  const { box, zendesk, query } = await startTwins();
  const next = async (rule: FaultRule) => {
    box.zendesk.faults.clear();
    box.zendesk.faults.add(rule);
    return await zendesk('/api/v2/users/me');
  };
  expect(await next({ fault: 'html' })).toMatchObject({ status: 502, text: expect.stringContaining('<h1>') });
  expect(await next({ fault: 'text' })).toMatchObject({ status: 500, text: 'Internal error' });
  expect(await next({ fault: '418' })).toMatchObject({ status: 418 });
  expect(await next({ fault: '429-edge' })).toMatchObject({
    status: 429,
    body: { detail: 'Rate limited by Zendesk edge protection', status: '429', title: 'Automated response' },
  });
  expect(await next({ fault: '429', retryAfterSeconds: 7 })).toMatchObject({
    status: 429,
    headers: { 'retry-after': '7' },
  });
  box.quickbooks.faults.add({ fault: '3100', path: '/query' });
  expect(await query('select * from Customer')).toMatchObject({
    status: 403,
    body: { fault: { error: [{ code: '3100' }], type: 'SERVICE' } },
  });
});

test('a rule as one word', () => {
  expect(parseFaultRule('429', [])).toEqual({ fault: '429' });
  expect(parseFaultRule('429:path=create_many,every=5', [])).toEqual({ fault: '429', path: 'create_many', every: 5 });
  expect(parseFaultRule('slow:delayMs=250,probability=0.5,method=PUT,path=2024', [])).toEqual({
    fault: 'slow',
    delayMs: 250,
    probability: 0.5,
    method: 'PUT',
    path: '2024',
  });
  expect(parseFaultRule('TooManyJobs:text=a=b', ['TooManyJobs'])).toEqual({ fault: 'TooManyJobs', text: 'a=b' });
});

test.each([
  ['', /there is no fault ""/],
  ['429x', /there is no fault "429x"; known: 500, 503, html, .*slow, TooManyJobs, or an HTTP status/],
  ['200', /there is no fault "200"/],
  ['429:', /"": expected name=value/],
  ['429:every', /"every": expected name=value, such as every=5/],
  ['429:every=', /expected name=value/],
  ['429:every=often', /every: .*expected number/],
  ['429:every=0', /every: .*>=1/],
  ['429:nth=1.5', /nth: .*int/],
  ['429:probability=2', /probability: .*<=1/],
  ['429:method=FETCH', /method: .*"GET"/],
  ['429:route=/api/v2/users', /route: expected a method and a path/],
  ['429:moment=later', /moment: .*"before"/],
  ['429:evry=5', /the rule: .*evry/],
  ['429x:every=0,evry=5', /there is no fault "429x".*; every: .*; the rule: .*evry/],
])('%j is no rule, and it is said why', (word, message) => {
  expect(() => parseFaultRule(word, ['TooManyJobs'])).toThrow(message);
});

test.each([null, 'text', 7, [], {}, { fault: 7 }, { fault: '429', every: '5' }, { fault: '429', times: -1 }])(
  '%j is no rule either',
  (value) => {
    expect(() => checkFaultRule(value, [])).toThrow(/./);
  },
);

test('a twin that is started with nonsense does not start', async () => {
  await expect(startTwins({ zendeskFaults: [{ fault: 'no-such' }] })).rejects.toThrow(/there is no fault "no-such"/);
});

test('the control endpoint takes rules that make sense, and says what is wrong with others', async () => {
  const { box, ask } = await startTwins();
  const control = (path: string, body?: unknown, method = 'POST') =>
    ask(`${box.zendesk.url}/__sandbox/${path}`, { method, ...defined({ body }) });
  expect(await control('faults', { fault: 'TooManyJobs', every: 2 })).toMatchObject({
    status: 200,
    body: { faults: [{ fault: 'TooManyJobs', every: 2, seen: 0, applied: 0 }] },
  });
  for (const body of [{ fault: '3100' }, { every: 2 }, { fault: '429', evry: 2 }, '{"fault":', 'x'])
    expect(await control('faults', body)).toMatchObject({ status: 400, body: { error: 'SandboxRequestError' } });
  expect((await control('faults', undefined, 'GET')).body.faults).toHaveLength(1);
  expect((await control('faults', undefined, 'DELETE')).body.faults).toEqual([]);
});

test('so it is with people and options: what can’t be is refused, what is not there is reported', async () => {
  const { box, ask } = await startTwins({ customers: 3 });
  const post = (url: string, body: unknown) => ask(url, { method: 'POST', body });
  const { zendesk, quickbooks } = box;
  const users = `${zendesk.url}/__sandbox/users`;
  const made = await post(users, { name: 'Jo', email: 'jo@example.com' });
  expect(made).toMatchObject({ status: 200, body: { email: 'jo@example.com' } });
  expect(await post(users, { name: 'Two', email: 'JO@example.com' })).toMatchObject({
    status: 400,
    body: { description: expect.stringContaining('already being used') },
  });
  expect(await post(`${users}/${made.body.id}`, { notes: 'by hand' })).toMatchObject({ body: { notes: 'by hand' } });
  expect(await post(users, ['no', 'object'])).toMatchObject({ status: 400 });
  expect(
    await post(`${zendesk.url}/__sandbox/options`, { bulk: false, jobFault: { kind: 'stuck', times: 1 } }),
  ).toMatchObject({ status: 200 });
  expect(await post(`${zendesk.url}/__sandbox/options`, { jobFault: { kind: 'strange' } })).toMatchObject({
    status: 400,
  });
  expect(await post(`${zendesk.url}/__sandbox/options`, { bulkk: true })).toMatchObject({ status: 400 });
  expect((await ask(`${zendesk.url}/__sandbox/state`)).body).toMatchObject({ users: 1, mails: [] });
  expect(await ask(`${zendesk.url}/__sandbox/nonsense`)).toMatchObject({
    status: 404,
    body: { description: expect.stringContaining('known here: state') },
  });
  expect(await post(`${quickbooks.url}/__sandbox/customers`, { Id: 'x' })).toMatchObject({ status: 400 });
  expect(await post(`${quickbooks.url}/__sandbox/customers`, { DisplayName: 'New' })).toMatchObject({
    body: { Id: '4' },
  });
  expect((await post(`${quickbooks.url}/__sandbox/customers/2`, { DisplayName: 'Renamed' })).body).toMatchObject({
    Id: '2',
    DisplayName: 'Renamed',
  });
  expect((await post(`${quickbooks.url}/__sandbox/customers/2/deactivate`, {})).body).toMatchObject({ Active: false });
  expect(await post(`${quickbooks.url}/__sandbox/customers/99/remove`, {})).toMatchObject({ status: 404 });
  expect(await ask(`${quickbooks.url}/__sandbox/nonsense`)).toMatchObject({ status: 404 });
});

test('nobody from elsewhere is answered', async () => {
  const { box, ask } = await startTwins();
  const reply = await ask(`${box.zendesk.url}/__sandbox/state`, { headers: { host: 'rebound.example.com' } });
  expect(reply).toMatchObject({ status: 403, text: 'The sandbox answers on loopback only.' });
});

test('a person can end every token of a twin, and connect it again', async () => {
  const { box, ask, token, zendesk } = await startTwins();
  const control = (url: string, what: string) => ask(`${url}/__sandbox/${what}`, { method: 'POST' });
  const grant = { grant_type: 'client_credentials', client_id: zendeskCredentials.clientId };
  const client = { ...grant, client_secret: zendeskCredentials.clientSecret };
  await control(box.zendesk.url, 'disconnect');
  expect(await zendesk('/oauth/tokens', { method: 'POST', body: client })).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
  expect(await zendesk('/api/v2/users')).toMatchObject({ status: 401 });
  await control(box.zendesk.url, 'reconnect');
  expect(await zendesk('/oauth/tokens', { method: 'POST', body: client })).toMatchObject({ status: 201 });

  await control(box.quickbooks.url, 'disconnect');
  expect(await token()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const { body } = await control(box.quickbooks.url, 'reconnect');
  expect(await token(body.refreshToken)).toMatchObject({ status: 200 });
});
