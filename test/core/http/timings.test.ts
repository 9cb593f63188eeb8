import { expect, test } from 'vitest';
import { createTimings } from '../../../src/core/http/request-metrics.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';

test('an endpoint goes by its path without ids, keys and addresses', () => {
  const timings = createTimings();
  const paths = [
    '/api/v2/users/361000000007',
    '/api/v2/users/361000000007/identities/9',
    '/api/v2/job_statuses/82de0b044094f0c67893ac9fe64f1a99',
    '/api/v2/users/show_many?ids=1,2',
    '/people/jane%20doe@example.com',
    '/oauth2/v1/tokens/bearer',
    '/v3.1/customers/cus_9s6XKzk',
  ];
  for (const path of paths) timings.note({ method: 'GET', path, status: 200, ms: 1 });
  expect(Object.keys(timings.summary())).toEqual([
    'GET /api/v2/job_statuses/{id}',
    'GET /api/v2/users/show_many',
    'GET /api/v2/users/{id}',
    'GET /api/v2/users/{id}/identities/{id}',
    'GET /oauth2/v1/tokens/bearer',
    'GET /people/{id}',
    'GET /v3.1/customers/{id}',
  ]);
});

test('median, 95th percentile within a hundredth, and the longest to the millisecond', () => {
  const timings = createTimings();
  for (let ms = 1; ms <= 1000; ms += 1) timings.note({ method: 'GET', path: '/query', status: 200, ms });
  timings.note({ method: 'GET', path: '/query', status: 429, ms: 5 });
  timings.note({ method: 'GET', path: '/query', status: 503, ms: 5 });
  timings.note({ method: 'GET', path: '/query', status: undefined, ms: 60_000 });
  const found = timings.summary()['GET /query'];
  expect(found).toMatchObject({ count: 1003, errors: 2, throttled: 1, maxMs: 60_000 });
  expect(found?.p50Ms).toBeGreaterThanOrEqual(500);
  expect(found?.p50Ms).toBeLessThanOrEqual(505);
  expect(found?.p95Ms).toBeGreaterThanOrEqual(950);
  expect(found?.p95Ms).toBeLessThanOrEqual(960);
});

test('a request that takes no time, and one that takes for ever, are measured too', () => {
  const timings = createTimings();
  timings.note({ method: 'GET', path: '/quick', status: 200, ms: 0.2 });
  timings.note({ method: 'GET', path: '/slow', status: 200, ms: 100 * 86_400_000 });
  const { 'GET /quick': quick, 'GET /slow': slow } = timings.summary();
  expect(quick).toMatchObject({ p50Ms: 0, p95Ms: 0, maxMs: 0 });
  expect(slow?.maxMs).toBe(100 * 86_400_000);
  expect(slow?.p95Ms).toBeGreaterThanOrEqual(86_400_000);
});

test('what is kept does not grow with the number of paths', () => {
  const timings = createTimings();
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  for (const first of letters)
    for (const second of letters) timings.note({ method: 'GET', path: `/${first}/${second}`, status: 200, ms: 1 });
  const found = timings.summary();
  expect(Object.keys(found)).toHaveLength(51);
  expect(found['GET (others)']?.count).toBe(26 * 26 - 50);
});

test('a run reports the requests of both sides, those for tokens and those that failed among them', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.quickbooks.company.upsert(customer(1));
  it.box.zendesk.faults.add({ fault: '429', path: 'users/me', nth: 1, retryAfterSeconds: 0 });
  const { timings, requests } = await it.run();
  expect(Object.keys(timings.source)).toEqual(['GET /companyinfo', 'GET /query', 'POST /oauth2/v1/tokens/bearer']);
  expect(timings.destination['POST /api/v2/users/create_many']).toMatchObject({ count: 1, errors: 0 });
  expect(timings.destination['GET /api/v2/users/me']).toMatchObject({ count: 2, throttled: 1 });
  expect(timings.destination['POST /oauth/tokens']).toMatchObject({ count: 1 });
  const counted = Object.values(timings.destination).reduce((sum, { count }) => sum + count, 0);
  expect(counted).toBe(requests.destination + 1);
});
