import { z } from 'zod';
import { get, post, roles, text } from './endpoint.ts';
import { nothing, time } from './schemas.ts';

const base = '/api/v1/session';

const session = z.strictObject({
  user: z
    .strictObject({
      name: z.string(),
      role: z.enum(roles),
      /** How they came in. */
      by: z.enum(['link', 'token', 'proxy', 'oidc']),
      /** When the session ends whatever they do. Null: with the proxy's. */
      until: time.nullable(),
    })
    .nullable()
    .describe('Null: nobody is signed in'),
  csrf: z.string().nullable().describe('The value of x-rolodesk-csrf for every POST and DELETE'),
  signIn: z.array(z.enum(['link', 'token', 'proxy', 'oidc'])).describe('How one may sign in here'),
  version: z.string(),
  /** A worker shares its state with others. */
  shared: z.boolean(),
});

export const sessionEndpoints = {
  getSession: get({ path: base, summary: 'Who is signed in.', role: 'anyone', answer: session }),
  signInByLink: post({
    path: `${base}/link`,
    summary: 'Signs in with a one-time link: the text after # in its address.',
    role: 'anyone',
    body: z.strictObject({ link: z.string().min(1).max(200) }),
    answer: session,
  }),
  signInByToken: post({
    path: `${base}/token`,
    summary: 'Signs in with a token of console.auth.tokens.',
    role: 'anyone',
    body: z.strictObject({ token: z.string().min(1).max(1_000) }),
    answer: session,
  }),
  startOidc: get({
    path: `${base}/oidc`,
    summary: 'Redirects (302) to the identity provider of console.auth.oidc. Open it as a page.',
    role: 'anyone',
    content: 'html',
    status: 302,
    answer: text,
  }),
  endOidc: get({
    path: `${base}/oidc/callback`,
    summary: 'Where the identity provider sends the browser back to.',
    role: 'anyone',
    content: 'html',
    isAct: true,
    query: z.object({ code: z.string().max(4_000).optional(), state: z.string().max(1_000).optional() }),
    answer: text,
  }),
  signOut: post({ path: `${base}/sign-out`, summary: 'Ends the session.', role: 'viewer', answer: nothing }),
} as const;
