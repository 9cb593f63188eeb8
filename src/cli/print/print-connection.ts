import { type ConnectionReport, isDue } from '../../app/connections/report.ts';
import type { Expiry } from '../../core/auth/expiry.ts';
import type { CommandContext } from '../command.ts';

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
