import type { Clock } from '../clock.ts';
import { AuthError, InterruptedError } from '../domain/errors.ts';
import {
  authorizeUrl,
  type CallbackResult,
  createCallbackValidator,
  startAuthorization,
} from './authorization-code.ts';
import { listenForCallback } from './callback-server.ts';
import type { ConnectedAccount, SignIn } from './connection.ts';

export interface SignInOptions {
  readonly title: string;
  readonly signIn: SignIn;
  /** Take the account that is picked, whichever the configuration names. */
  readonly adopt: boolean;
  /** Where the browser comes back to: a port of this machine, or an address of the user's own. */
  readonly back: { readonly port: number } | { readonly redirectUri: string };
  /** Shows a person what to open. */
  announce(where: { readonly url: string; readonly redirectUri: string }): void;
  /** Addresses that a browser ended at, as somebody pastes them; for a browser on another machine. */
  readonly pasted?: AsyncIterable<string> | undefined;
  /** What came of a pasted address that was not the end of it. */
  refused(callback: CallbackResult): void;
  /** Keeps what was given. The browser is shown success only after that. */
  keep(connected: ConnectedAccount): Promise<void>;
  readonly onSecret: (secret: string) => void;
  readonly limitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Has a person sign in with a browser, and keeps what comes of it. Throws AuthError where it was refused or nobody came,
 * InterruptedError when it was asked to stop. A code that is being exchanged is always awaited: its tokens exist by then.
 */
export async function loginWithBrowser(options: SignInOptions): Promise<ConnectedAccount> {
  const { title, signIn, back, adopt, keep, onSecret, signal } = options;
  const attempt = startAuthorization();
  onSecret(attempt.verifier);
  let redirectUri = 'redirectUri' in back ? back.redirectUri : '';
  const gate = createCallbackValidator<ConnectedAccount>({
    state: attempt.state,
    title,
    async use(code, params) {
      onSecret(code);
      const connected = await signIn.exchange({ code, params, redirectUri, verifier: attempt.verifier }, { adopt });
      await keep(connected);
      return connected;
    },
  });
  const server = 'port' in back ? await listenForCallback({ port: back.port, title, take: gate.take }) : undefined;
  const over = new AbortController();
  try {
    if (server) redirectUri = server.redirectUri;
    signIn.validateRedirectUri(redirectUri);
    options.announce({ url: authorizeUrl(signIn, attempt, redirectUri), redirectUri });
    const ending = AbortSignal.any([signal, over.signal]);
    const outcome = await Promise.race([
      gate.done,
      timeLimit(options, ending),
      ...(options.pasted ? [takePasted(options, gate.take, options.pasted)] : []),
    ]);
    return outcome ?? (await gate.done);
  } catch (error) {
    if (gate.isTaken()) return await gate.done;
    throw signal.aborted ? new InterruptedError() : error;
  } finally {
    over.abort();
    await server?.close();
  }
}

async function timeLimit({ clock, limitMs, title }: SignInOptions, signal: AbortSignal): Promise<never> {
  await clock.sleep(limitMs, signal);
  throw new AuthError(`Nobody came back from ${title} within ${Math.round(limitMs / 60_000)} minutes.`, {
    code: 'connect-timeout',
    hint: 'Run the command again. Where the browser ended at an error page, its address bar has the address to paste.',
  });
}

/** Resolves when one of them was taken, or there are no more and something else must end the sign-in. */
async function takePasted(
  { refused, back }: SignInOptions,
  take: (params: URLSearchParams) => Promise<CallbackResult>,
  pasted: AsyncIterable<string>,
): Promise<undefined> {
  for await (const line of pasted) {
    if (line.trim() === '') continue;
    const callback = await take(new URLSearchParams(line.trim().replace(/^[^?]*\?|#.*$/g, '')));
    if (callback.kind === 'connected' || callback.kind === 'failed') return undefined;
    refused(callback);
  }
  if ('port' in back) return await new Promise<never>(() => undefined);
  throw new AuthError('The input ended before an address was pasted.', {
    code: 'connect-timeout',
    hint: 'Run the command again and paste the whole address that the browser ended at.',
  });
}
