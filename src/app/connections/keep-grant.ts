import type { ConnectedAccount, OAuthConnection } from '../../core/auth/connection.ts';
import { storedOf } from '../../core/auth/stored-token.ts';
import { ConfigError, TransientError } from '../../core/domain/errors.ts';
import type { Connections } from './configured-connections.ts';

type Keeper = Pick<Connections, 'credentials' | 'clock'>;

/** Keeps what a sign-in gave, next to a sync that renews at the same moment, one after the other. */
export async function keepGrant(
  { credentials, clock }: Keeper,
  { configured }: OAuthConnection,
  { grant, tokenName }: ConnectedAccount,
  connectedAt: number | undefined,
): Promise<void> {
  const stored = storedOf(grant, { used: undefined, configured, connectedAt, now: clock.now() });
  await credentials.exclusive(tokenName, () => credentials.save(tokenName, stored));
}

/** Lets the client come in by itself. Throws ConfigError where it may not. */
export async function connectByClient(
  keeper: Keeper,
  connection: OAuthConnection,
  { useSignIn }: { readonly useSignIn: string },
): Promise<ConnectedAccount> {
  const { title, configured, clientCredentials } = connection;
  if (!clientCredentials)
    throw new ConfigError(`${title} has no client credentials: a person must sign in.`, {
      code: 'usage',
      hint: useSignIn,
    });
  if (configured !== undefined)
    throw new ConfigError(`The configuration has a refreshToken for ${title}, which goes before client credentials.`, {
      code: 'usage',
      hint: 'Take it out, and run the command again.',
    });
  const connected = await clientCredentials();
  await keepGrant(keeper, connection, connected, undefined);
  return connected;
}

/**
 * Ends a connection at the vendor, then forgets its tokens here; `isLocal`: only the latter. Throws TransientError where the
 * vendor did not answer, and then nothing is forgotten: `hint` says what to do.
 */
export async function endConnection(
  { credentials }: Pick<Connections, 'credentials'>,
  connection: OAuthConnection,
  { isLocal, hint }: { readonly isLocal: boolean; readonly hint: string },
): Promise<'revoked' | 'gone' | 'kept'> {
  return await credentials.exclusive(connection.tokenName, async () => {
    const ended = isLocal ? 'kept' : await revoke(connection, hint);
    await credentials.forget(connection.tokenName);
    return ended;
  });
}

async function revoke(connection: OAuthConnection, hint: string): Promise<'revoked' | 'gone' | 'kept'> {
  try {
    return await connection.revoke();
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    throw new TransientError(
      `${connection.title} did not revoke the tokens: ${error.message} Nothing was forgotten here.`,
      { code: 'not-revoked', cause: error, hint },
    );
  }
}
