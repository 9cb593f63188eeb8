import type { RouteRequest } from '../../../core/service/route.ts';
import type { Endpoint } from '../api/endpoint.ts';
import type { ConsoleConfig } from '../config.ts';
import { Refusal } from '../refusal.ts';
import type { Cookies } from './cookies.ts';
import { createProxyReader, isLoopback } from './proxy.ts';
import { derived, isSame } from './secrets.ts';
import type { Caller, Sessions } from './sessions.ts';

/** Decides who asks, and whether they may. */
export interface Gate {
  /** Throws Refusal for whoever may not even see the pages. */
  assertNear(request: RouteRequest): void;
  caller(request: RouteRequest): Promise<Caller | undefined>;
  /** Throws Refusal. */
  admit(request: RouteRequest, endpoint: Pick<Endpoint, 'method' | 'role'>): Promise<Caller | undefined>;
}

interface Ports {
  readonly config: ConsoleConfig;
  readonly sessions: Sessions;
  readonly cookie: Cookies;
  /** From which the CSRF values of a proxy's users are made: the same for all who share the state. */
  readonly proxyKey: string;
}

export function createGate({ config, sessions, cookie, proxyKey }: Ports): Gate {
  const { tokens, proxyHeader, oidc } = config.auth;
  const isLocal = tokens.length === 0 && !proxyHeader && !oidc;
  const readProxy = createProxyReader(proxyHeader);

  async function caller(request: RouteRequest): Promise<Caller | undefined> {
    const secret = cookie.read(request.headers.cookie);
    const found = secret === undefined ? undefined : await sessions.find(secret);
    if (found) return found;
    const person = readProxy(request);
    if (!person) return undefined;
    return { ...person, until: null, csrf: derived(proxyKey, `csrf ${person.name}`), session: undefined };
  }

  function assertNear({ remoteAddress }: RouteRequest): void {
    if (!isLocal || isLoopback(remoteAddress)) return;
    throw new Refusal(
      403,
      'not-local',
      'This console is for browsers on its own machine.',
      'console.auth lets others in.',
    );
  }

  return {
    assertNear,
    caller,
    async admit(request, { method, role }) {
      assertNear(request);
      const isAct = method !== 'GET';
      if (isAct) assertOrigin(request, config);
      const found = await caller(request);
      if (role === 'anyone') return found;
      if (!found) throw new Refusal(401, 'signed-out', 'You are not signed in.', 'Sign in again.');
      if (isAct && !isSame(request.headers['x-rolodesk-csrf'] ?? '', found.csrf))
        throw new Refusal(
          403,
          'csrf',
          'The request lacks the value that the session gave for it.',
          'Load the page again.',
        );
      if (role === 'operator' && found.role !== 'operator')
        throw new Refusal(403, 'role', 'Viewers may not do this.', 'Ask an operator.');
      return found;
    },
  };
}

/** A page of another site may make a browser send something: it cannot make it hide where that came from. */
function assertOrigin({ headers }: RouteRequest, { publicUrl }: ConsoleConfig): void {
  const { origin, host } = headers;
  const from = origin === undefined ? undefined : hostOf(origin);
  const isOurs = from !== undefined && (origin === publicUrl || from === host);
  if (isOurs && (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin') return;
  throw new Refusal(403, 'origin', 'The request came from another page than one of this console.');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
