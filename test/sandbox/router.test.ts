import { expect, test } from 'vitest';
import { adminOnly, createRouter } from '../../src/sandbox/zendesk/api/router.ts';

const route = createRouter({
  'GET /users/{id}': ({ params }) => ({ status: 200, body: params }),
  'GET /users/me': () => ({ status: 200, body: 'me' }),
  'GET /users/{id}/identities/{identity}': ({ params }) => ({ status: 200, body: params }),
  'GET /job_statuses/:job': ({ params }) => ({ status: 200, body: params }),
  'DELETE /users/destroy_many': adminOnly(() => ({ status: 200, body: 'gone' })),
});

const call = (method: string, path: string, role: 'admin' | 'agent' = 'admin') =>
  route({ request: { method, path, query: new URLSearchParams(), headers: {}, body: '' }, path, role });

test.each([
  ['/users/7', { id: '7' }],
  ['/users/me', 'me'],
  ['/users/7/identities/8', { id: '7', identity: '8' }],
  ['/job_statuses/V3-0a', { job: 'V3-0a' }],
])('GET %s is answered by its own route', (path, body) => {
  expect(call('GET', path)).toEqual({ status: 200, body });
});

test.each([
  ['POST', '/users/7'],
  ['GET', '/users/seven'],
  ['GET', '/users/7/'],
  ['GET', '/v2/users/7'],
  ['GET', '/job_statuses/V3-0a/results'],
])('%s %s has no route', (method, path) => {
  expect(call(method, path)).toBeUndefined();
});

test('what only an admin may do is forbidden to an agent', () => {
  expect(call('DELETE', '/users/destroy_many')).toEqual({ status: 200, body: 'gone' });
  expect(call('DELETE', '/users/destroy_many', 'agent')).toMatchObject({ status: 403 });
});
