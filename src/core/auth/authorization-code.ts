import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AuthError, ContractError, RolodeskError } from '../domain/errors.ts';
import type { SignIn } from './connection.ts';

/** What distinguishes one sign-in from others. Never used again. */
export interface AuthorizationRequest {
  /** Returned with the callback, as proof that the callback belongs to this sign-in. */
  readonly state: string;
  readonly verifier: string;
}

/** `random`: bytes that nobody can guess. */
export function startAuthorization(random: (bytes: number) => Buffer = randomBytes): AuthorizationRequest {
  return { state: random(32).toString('base64url'), verifier: random(32).toString('base64url') };
}

/** The page to send a browser to. */
export function authorizeUrl(
  { authorizeUrl: page, clientId, scope, pkce, params: more }: SignIn,
  { state, verifier }: AuthorizationRequest,
  redirectUri: string,
): string {
  const url = new URL(page);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const params = {
    ...more,
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    ...(scope !== '' && { scope }),
    state,
    ...(pkce && { code_challenge: challenge, code_challenge_method: 'S256' }),
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * What became of a callback. `foreign`: not of this sign-in, so nothing was done. `replayed`: its code was taken before.
 * `failed` holds what may be shown.
 */
export type CallbackResult =
  | { readonly kind: 'connected' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'replayed' }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined };

/**
 * Takes one callback of the sign-in that `state` distinguishes from others, wherever it comes in, and hands its code to `use`, once.
 * Whatever comes of that is the end of the sign-in: a code is never tried twice, for a second try kills the tokens of the first.
 */
export function createCallbackValidator<T>({
  state,
  title,
  use,
}: {
  readonly state: string;
  readonly title: string;
  readonly use: (code: string, params: URLSearchParams) => Promise<T>;
}) {
  const { promise: done, resolve, reject } = Promise.withResolvers<T>();
  // Reported to the caller that waits for the end, and that may start to wait later.
  done.catch(() => undefined);
  let isTaken = false;

  async function take(params: URLSearchParams): Promise<CallbackResult> {
    const given = params.getAll('state');
    if (given.length !== 1 || !isSame(given[0] ?? '', state)) return { kind: 'foreign' };
    if (isTaken) return { kind: 'replayed' };
    isTaken = true;
    try {
      resolve(await use(codeOf(params, title), params));
      return { kind: 'connected' };
    } catch (error) {
      reject(error);
      // Anything else is a bug, and its words are for the terminal.
      if (!(error instanceof RolodeskError)) return { kind: 'failed', message: 'An internal error.', hint: undefined };
      return { kind: 'failed', message: error.message, hint: error.hint };
    }
  }

  return { take, done, isTaken: (): boolean => isTaken };
}

/** In a time that does not reveal where they differ. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

function codeOf(params: URLSearchParams, title: string): string {
  const [error] = params.getAll('error');
  if (error !== undefined) {
    const why = plain(params.get('error_description') ?? '');
    throw new AuthError(`${title} did not give access (${plain(error)}${why === '' ? '' : `: ${why}`}).`, {
      code: 'connect-refused',
      hint:
        error === 'access_denied'
          ? 'Somebody said no there. Run the command again and say yes.'
          : 'Check the client id, the scopes and the redirect URI that are registered for the app.',
    });
  }
  const [code = '', ...more] = params.getAll('code');
  if (code === '' || more.length > 0)
    throw new ContractError(`${title} sent the browser back without a code.`, { code: 'connect-callback' });
  return code;
}

/** Anybody's words: no control characters, and not at any length. */
function plain(text: string): string {
  return text
    .replaceAll(/\p{C}+/gu, ' ')
    .slice(0, 200)
    .trim();
}
