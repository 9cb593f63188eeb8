import { z } from 'zod';
import { defined } from '../defined.ts';
import { AuthError } from '../domain/errors.ts';
import type { Remedy } from '../domain/remedy.ts';
import type { HttpBody } from '../http/types.ts';
import type { Grant } from './stored-token.ts';

/** What a token endpoint responds (RFC 6749, sections 5.1 and 5.2). */

export interface GrantFormat {
  /** Of an access token whose life the server does not give. Absent: the server always gives it. */
  readonly defaultLifetimeSeconds?: number;
  /** The member that says how long the refresh token lives unless it is used, and the one that says how long the connection does. */
  readonly refreshExpiresIn?: string;
  readonly refreshEndsIn?: string;
}

const shape = z.looseObject({
  access_token: z.string(),
  expires_in: z.coerce.number().nullish(),
  refresh_token: z.string().nullish(),
  scope: z.string().nullish().catch(undefined),
});
const seconds = z.coerce.number().positive();

/** Undefined where it holds no access token, or does not say how long that lives. */
export function parseGrant(body: HttpBody, format: GrantFormat): Grant | undefined {
  const reply = shape.safeParse(body.kind === 'json' ? body.value : undefined).data;
  const expiresInSeconds = reply?.expires_in ?? format.defaultLifetimeSeconds;
  if (!reply || expiresInSeconds === undefined) return undefined;
  const secondsOf = (name: string | undefined): number | undefined =>
    name === undefined ? undefined : seconds.safeParse(reply[name]).data;
  const idle = secondsOf(format.refreshExpiresIn);
  const hard = secondsOf(format.refreshEndsIn);
  return {
    accessToken: reply.access_token,
    expiresInSeconds,
    ...(reply.refresh_token && { refreshToken: reply.refresh_token }),
    ...defined({ refreshExpiresInSeconds: idle, refreshEndsInSeconds: hard }),
    ...(reply.scope && { scope: reply.scope }),
  };
}

export interface RefusalWords {
  /** Such as `Zendesk`. */
  readonly title: string;
  /** What was refused if the grant is dead: the refresh token or the code. Undefined where the client asks by its own right. */
  readonly grant: string | undefined;
  /** What was refused otherwise. Default: the OAuth client. */
  readonly client?: string;
  /** What to do when the grant is dead. */
  readonly reconnect: { readonly hint: string; readonly remedy?: Remedy };
  /** What to do when the client is refused. */
  readonly clientHint: string;
}

/** `error` is the endpoint's word, such as `invalid_grant`: the grant is dead, and only a new one helps. */
export function oauthRefusal(error: string, words: RefusalWords): AuthError {
  const { title, grant, client = 'the OAuth client', reconnect, clientHint } = words;
  if (error === 'invalid_grant' && grant !== undefined)
    return new AuthError(`${title} refused ${grant} (invalid_grant).`, { code: 'invalid-grant', ...reconnect });
  return new AuthError(`${title} refused ${client} (${error}).`, { code: 'invalid-client', hint: clientHint });
}
