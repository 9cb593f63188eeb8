import { type Expiry, expiriesOf, expiry } from '../../core/auth/expiry.ts';
import { readStored } from '../../core/auth/stored-token.ts';
import { StateError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import type { ConfiguredConnection, Connections } from './configured-connections.ts';
import type { Refusal, Refusals } from './last-refusals.ts';

/** How one side gets in, and until when. */
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

/** `refusals`: what past runs met. */
export async function reportConnections({
  sides,
  credentials,
  clock,
  refusals,
}: Omit<Connections, 'settings'> & { readonly refusals?: Refusals }): Promise<readonly ConnectionReport[]> {
  const now = clock.now();
  const [one, other] = sides;
  // Where both are one system, its name does not say which.
  const nameOf = ({ side, system }: ConfiguredConnection): string => (one?.system === other?.system ? side : system);
  return await Promise.all(
    sides.map(async (side) => {
      const report = await reportConnection(side, { credentials, now, reconnect: `rolodesk connect ${nameOf(side)}` });
      const refused = refusals?.get(side.side);
      return refused && refused.at >= (report.issuedAt ?? 0) ? { ...report, refused } : report;
    }),
  );
}

/** Something that a person must see to: a refusal, a cliff within two weeks, or nothing to get in with. */
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
        ...(connectedAt !== undefined && { connectedAt }),
        ...(issuedAt !== undefined && { issuedAt }),
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

export function printConnection({ print, style }: CommandContext, report: ConnectionReport): void {
  const { title, account, side, auth, scopes, connectedAt, issuedAt, expiries, advice, state, refused } = report;
  const mark = state === 'missing' || refused ? style.bad('✖') : isDue(report) ? style.warn('!') : style.good('✔');
  print(`${mark} ${style.bold(account === undefined ? title : `${title}, ${account}`)}  ${style.dim(side)}`);
  print(`  ${auth}${scopes.length > 0 ? `; scopes: ${scopes.join(' ')}` : ''}`);
  const times = [
    connectedAt === undefined ? '' : `connected ${dayOf(connectedAt)}`,
    issuedAt === undefined ? '' : `token of ${timeOf(issuedAt)}`,
  ].filter((text) => text !== '');
  if (times.length > 0) print(`  ${times.join('; ')}`);
  if (refused) {
    const { at, message, hint } = refused;
    print(`  ${style.bad(`refused on ${timeOf(at)}: ${message}`)}${hint === undefined ? '' : `\n  ${hint}`}`);
  }
  // What was refused is not good until then.
  for (const one of expiries) if (!refused || one.state !== 'ok') print(`  ${formatExpiry({ style }, one)}`);
  if (advice !== undefined) print(`  ${style.warn(advice)}`);
}

export function formatExpiry({ style }: Pick<CommandContext, 'style'>, { what, at, state, remedy }: Expiry): string {
  switch (state) {
    case 'ok':
      return `${what}: good until ${dayOf(at)}. ${remedy}`;
    case 'soon':
      return style.warn(`${what}: ends on ${dayOf(at)}. ${remedy}`);
    case 'over':
      return style.bad(`${what}: ended on ${dayOf(at)}. ${remedy}`);
    default:
      throw state satisfies never;
  }
}

function dayOf(ms: number): string {
  return timeOf(ms).slice(0, 10);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
