import type { TwinRequest, TwinResponse } from '../server/twin.ts';
import { malformed } from './api/requests.ts';
import { createRouter, type Routes } from './api/router.ts';
import { unknownEndpoint } from './api/unknown-endpoint.ts';
import type { Parts } from './parts.ts';

/** Zendesk's own limit is not published; a list of 11.8 KB was answered 414. */
const maxRequestLine = 8_192;

/** What every request goes through, whatever it is about: sign-in, length, JSON, credentials and rate limits. */
export function createGate(routes: Routes, { auth, rates, jobs }: Pick<Parts, 'auth' | 'rates' | 'jobs'>) {
  const route = createRouter(routes);
  let writes = 0;

  function answer(request: TwinRequest, path: string): TwinResponse {
    const role = auth.roleOf(request);
    const limited = rates.take();
    if (limited) return limited;
    if (role === undefined) return stranger(path);
    const { method } = request;
    const below = path.slice('/api/v2'.length);
    const response = route({ request, path: below, role }) ?? unknownEndpoint(method, below);
    if (method !== 'GET' && response.status < 300) writes += 1;
    return response;
  }

  return {
    handle(request: TwinRequest): TwinResponse {
      jobs.runDue();
      const path = request.path.replace(/\.json$/, '');
      const call = `${request.method} ${path}`;
      if (call === 'POST /oauth/tokens') return auth.token(request);
      if (call === 'GET /oauth/authorizations/new') return auth.page.visit(request, () => ({}));
      if (!path.startsWith('/api/v2/')) return { status: 404, body: '' };
      if (request.path.length + String(request.query).length > maxRequestLine)
        return { status: 414, body: '<html><body><h1>414 Request-URI Too Large</h1></body></html>' };
      const unreadable = malformed(request);
      if (unreadable) return unreadable;
      const response = answer(request, path);
      return { ...response, headers: { ...rates.headers(), ...response.headers } };
    },
    /** Writes accepted so far, in jobs or one by one. */
    accepted: (): number => writes,
  };
}

/** Bad credentials are refused everywhere but here (recorded). */
function stranger(path: string): TwinResponse {
  if (path === '/api/v2/users/me')
    return { status: 200, body: { user: { id: null, name: 'Anonymous user', role: 'end-user' } } };
  return { status: 401, body: { error: "Couldn't authenticate you" } };
}
