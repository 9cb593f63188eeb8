import { z } from 'zod';
import { ContractError } from '../../../core/domain/errors.ts';
import type { HttpClient } from '../../../core/http/types.ts';

/** What a token may ask of itself. `http` is without authorization of its own. */

const me = z.looseObject({ user: z.looseObject({ id: z.number().nullish(), role: z.string().nullish() }) });
const ownToken = z.looseObject({ token: z.looseObject({ id: z.number() }) });

/** The role of the user whose token it is; undefined where Zendesk knows nobody (it answers 200 then). */
export async function tokenOwnerRole(http: HttpClient, accessToken: string): Promise<string | undefined> {
  const { body } = await http.request({
    method: 'GET',
    path: '/api/v2/users/me',
    idempotent: true,
    ...by(accessToken),
  });
  const { user } = me.safeParse(body.kind === 'json' ? body.value : undefined).data ?? {};
  return typeof user?.id === 'number' ? (user.role ?? undefined) : undefined;
}

/** Ends it, and the refresh token that came with it. A token is revoked by its id, which it can ask for. */
export async function revokeToken(http: HttpClient, accessToken: string): Promise<'revoked' | 'gone'> {
  const path = '/api/v2/oauth/tokens';
  const asked = await http.request({
    method: 'GET',
    path: `${path}/current`,
    idempotent: true,
    expect: [401, 404],
    ...by(accessToken),
  });
  if (asked.status >= 400) return 'gone';
  const found = ownToken.safeParse(asked.body.kind === 'json' ? asked.body.value : undefined).data;
  if (!found)
    throw new ContractError(`Zendesk GET ${path}/current: the reply holds no token id.`, { code: 'zendesk-shape' });
  const { status } = await http.request({
    method: 'DELETE',
    path: `${path}/${found.token.id}`,
    idempotent: true,
    expect: [401, 404],
    ...by(accessToken),
  });
  return status >= 400 ? 'gone' : 'revoked';
}

function by(accessToken: string) {
  return { headers: { authorization: `Bearer ${accessToken}` }, signal: new AbortController().signal };
}
