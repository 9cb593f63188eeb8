import { readVersion } from '../../version.ts';
import type { Attempts } from '../access/attempts.ts';
import type { Cookies } from '../access/cookies.ts';
import type { Gate } from '../access/gate.ts';
import type { Oidc } from '../access/oidc.ts';
import { plainAddress } from '../access/proxy.ts';
import { isSame, newSecret } from '../access/secrets.ts';
import type { Caller, Person } from '../access/sessions.ts';
import type { Answer } from '../api/index.ts';
import type { ConsoleConfig } from '../config.ts';
import type { ConsoleContext } from '../console-context.ts';
import { Refusal } from '../refusal.ts';
import type { FullReply, Handlers } from '../router/handlers.ts';
import { basePath } from '../router/pages.ts';
import { timeOf } from './documents.ts';

type Session = Answer<'getSession'>;
type SessionHandlers = Pick<
  Handlers,
  'getSession' | 'signInByLink' | 'signInByToken' | 'startOidc' | 'endOidc' | 'signOut'
>;

export interface SessionPorts {
  readonly config: ConsoleConfig;
  readonly gate: Gate;
  readonly cookie: Cookies;
  /** Holds the secret of a sign-in at the identity provider meanwhile. */
  readonly oidcCookie: Cookies;
  readonly oidc: Oidc | undefined;
  readonly attempts: Attempts;
}

/** Who may come in by a one-time link sits at this machine. */
const localPerson: Person = { name: 'local', role: 'operator', by: 'link' };

export function sessionHandlers(context: ConsoleContext, ports: SessionPorts): SessionHandlers {
  const { sessions, random } = context;
  const { gate, cookie, oidcCookie, oidc, attempts, config } = ports;

  function documentOf(caller: Caller | undefined): Session {
    return {
      user: caller
        ? {
            name: caller.name,
            role: caller.role,
            by: caller.by,
            until: caller.until === null ? null : timeOf(caller.until),
          }
        : null,
      csrf: caller?.csrf ?? null,
      signIn: waysIn(config),
      version: readVersion(),
      shared: context.isShared,
    };
  }

  /** Ends the session that the browser had: none that somebody else has set there goes on. */
  async function enter(person: Person, before: Caller | undefined): Promise<FullReply<Session>> {
    if (before?.session !== undefined) await sessions.end(before.session);
    const secret = await sessions.begin(person);
    const caller = await sessions.find(secret);
    const reply = { status: 200, headers: { 'set-cookie': cookie.set(secret) } };
    return { reply, answer: documentOf(caller), entered: person };
  }

  function assertAllowed(remoteAddress: string): void {
    if (attempts.allow(plainAddress(remoteAddress))) return;
    throw new Refusal(429, 'too-many-attempts', 'Too many sign-ins were tried.', 'Wait a minute.');
  }

  return {
    getSession: async ({ request }) => documentOf(await gate.caller(request)),
    async signInByLink({ body, request, caller }) {
      assertAllowed(request.remoteAddress);
      if (await sessions.useLink(body.link)) return await enter(localPerson, caller);
      throw usedLink();
    },
    async signInByToken({ body, request, caller }) {
      assertAllowed(request.remoteAddress);
      // Each is compared, so that the time does not say which ones there are.
      const found = config.auth.tokens.filter(({ token }) => isSame(token, body.token));
      const [one] = found;
      if (one) return await enter({ name: one.name, role: one.role, by: 'token' }, caller);
      throw new Refusal(401, 'token', 'No such token is known here.', 'console.auth.tokens lists those that are.');
    },
    async startOidc({ request }) {
      if (!oidc) throw noOidc();
      assertAllowed(request.remoteAddress);
      const secret = newSecret(random);
      const location = await oidc.start(secret);
      return { reply: { status: 302, headers: { location, 'set-cookie': oidcCookie.set(secret) } }, answer: '' };
    },
    async endOidc({ request }) {
      if (!oidc) throw noOidc();
      assertAllowed(request.remoteAddress);
      const secret = oidcCookie.read(request.headers.cookie);
      if (secret === undefined) throw new Refusal(401, 'oidc', 'This sign-in was not begun here.', 'Begin again.');
      const person = await oidc.end(secret, request.query);
      const session = await sessions.begin(person);
      return {
        entered: person,
        reply: { status: 200, headers: { 'set-cookie': [cookie.set(session), oidcCookie.clear()] } },
        // A redirect from here would still count as coming from the other site, and leave the cookie behind.
        answer: `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${basePath}/"><title>Signed in</title><p><a href="${basePath}/">Go to the console</a></p>`,
      };
    },
    async signOut({ caller }) {
      if (caller.session !== undefined) await sessions.end(caller.session);
      return { reply: { status: 200, headers: { 'set-cookie': cookie.clear() } }, answer: {} };
    },
  };
}

function waysIn({ auth: { tokens, proxyHeader, oidc } }: ConsoleConfig): Session['signIn'] {
  return [
    'link',
    ...(tokens.length > 0 ? (['token'] as const) : []),
    ...(proxyHeader ? (['proxy'] as const) : []),
    ...(oidc ? (['oidc'] as const) : []),
  ];
}

function usedLink(): Refusal {
  return new Refusal(
    401,
    'link',
    'The link was used before, or is older than ten minutes.',
    'Ask for a new one where the console was started.',
  );
}

function noOidc(): Refusal {
  return new Refusal(404, 'no-oidc', 'The console has no identity provider.', 'console.auth.oidc names one.');
}
