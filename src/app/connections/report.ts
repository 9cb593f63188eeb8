import { type Expiry, expiriesOf, expiry } from '../../core/auth/expiry.ts';
import { readStored } from '../../core/auth/stored-token.ts';
import { defined } from '../../core/defined.ts';
import { StateError } from '../../core/domain/errors.ts';
import { type WordsFor, withWords } from '../hint.ts';
import type { ConfiguredConnection, Connections } from './configured-connections.ts';
import type { Refusal, Refusals } from './last-refusals.ts';

/** How Rolodesk authenticates on one side, and when that expires. */
export interface ConnectionReport {
  readonly side: ConfiguredConnection['side'];
  readonly system: string;
  readonly title: string;
  readonly account: string | undefined;
  readonly auth: string;
  /** `missing`: there is nothing to get in with. `unreadable`: what is stored can't be decrypted here. */
  readonly state: 'connected' | 'configured' | 'missing' | 'unreadable';
  readonly scopes: readonly string[];
  readonly connectedAt?: number;
  readonly issuedAt?: number;
  readonly expiries: readonly Expiry[];
  /** The last run that this side did not let in, unless a sync has succeeded or tokens were granted since. */
  readonly refused?: Refusal;
  /** What a person should do, where there is something. */
  readonly advice?: string;
}

/** `refusals`: refusals in past runs. */
export async function reportConnections({
  connections,
  credentials,
  clock,
  refusals,
  wordsFor,
}: Omit<Connections, 'settings'> & {
  readonly refusals?: Refusals;
  readonly wordsFor: WordsFor | undefined;
}): Promise<readonly ConnectionReport[]> {
  const now = clock.now();
  const [one, other] = connections;
  // Where both are one system, its name does not say which.
  const nameOf = ({ side, system }: ConfiguredConnection): string => (one?.system === other?.system ? side : system);
  return await Promise.all(
    connections.map(async (connection) => {
      const words = wordsFor?.({ kind: 'connect', system: nameOf(connection) });
      const reconnect = words && 'command' in words ? words.command : 'a new sign-in';
      const report = await reportConnection(connection, { credentials, now, reconnect });
      const refused = refusals?.get(connection.side);
      return refused && refused.at >= (report.issuedAt ?? 0)
        ? { ...report, refused: withWords(refused, wordsFor) }
        : report;
    }),
  );
}

/** Whether a person must act: a refusal, an expiry within two weeks, or no credentials. */
export function isDue({ state, expiries, refused }: ConnectionReport): boolean {
  return refused !== undefined || state === 'missing' || expiries.some((one) => one.state !== 'ok');
}

async function reportConnection(
  { side, system, title, connection }: ConfiguredConnection,
  {
    credentials,
    now,
    reconnect,
  }: { readonly credentials: Connections['credentials']; readonly now: number; readonly reconnect: string },
): Promise<ConnectionReport> {
  const common = { side, system, title, account: connection?.account, scopes: [], expiries: [] };
  if (!connection) return { ...common, auth: 'credentials of the configuration', state: 'configured' };
  if (connection.kind === 'fixed') {
    const { how, endsAt } = connection;
    const move = `Move to an OAuth client: ${reconnect} says how.`;
    const expiries = endsAt === undefined ? [] : [expiry('API token', endsAt, move, { now })];
    return { ...common, auth: how, state: 'configured', expiries };
  }
  const { scopes, configured, clientCredentials } = connection;
  try {
    const stored = readStored(await credentials.load(connection.tokenName), configured);
    if (stored) {
      const { connectedAt, issuedAt, scope } = stored;
      return {
        ...common,
        auth: stored.refreshToken === null ? 'OAuth, client credentials' : 'OAuth, refresh token',
        state: 'connected',
        scopes: scope?.split(' ') ?? scopes,
        ...defined({ connectedAt, issuedAt }),
        expiries: expiriesOf(stored, reconnect, now),
      };
    }
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { ...common, scopes, auth: 'OAuth', state: 'unreadable', advice: `${error.message} ${error.hint ?? ''}` };
  }
  const auth = configured !== undefined ? 'OAuth, refresh token of the configuration' : 'OAuth, client credentials';
  if (configured !== undefined || clientCredentials) return { ...common, scopes, auth, state: 'configured' };
  return { ...common, scopes, auth: 'OAuth', state: 'missing', advice: `Nothing to get in with yet: ${reconnect}.` };
}

/** Times as JSON has them. */
export function asJson({ connectedAt, issuedAt, expiries, refused, ...report }: ConnectionReport) {
  return {
    ...report,
    ...(connectedAt !== undefined && { connectedAt: timeOf(connectedAt) }),
    ...(issuedAt !== undefined && { issuedAt: timeOf(issuedAt) }),
    ...(refused && { refused: { ...refused, at: timeOf(refused.at) } }),
    renewals: expiries.map(({ at, ...more }) => ({ ...more, by: timeOf(at) })),
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
