import { BlockList, isIP } from 'node:net';
import type { RouteRequest } from '../../../core/service/route.ts';
import type { Role } from '../api/endpoint.ts';
import type { ProxyConfig } from '../config.ts';
import type { Person } from './sessions.ts';

/** Whom a trusted proxy has signed in. Undefined: the request did not come by it, or names nobody who may come in. */
export function createProxyReader(config: ProxyConfig | undefined) {
  const trusted = config && networksOf(config.addresses);
  return ({ remoteAddress, headers }: Pick<RouteRequest, 'remoteAddress' | 'headers'>): Person | undefined => {
    if (!config || !trusted?.(remoteAddress)) return undefined;
    const name = headers[config.user.toLowerCase()]?.trim();
    if (name === undefined || name === '') return undefined;
    const groups = (headers[config.groups.toLowerCase()] ?? '').split(',').map((group) => group.trim());
    const role = roleOf([name, ...groups], config);
    return role && { name, role, by: 'proxy' };
  };
}

/** The most that any of these names may do. */
export function roleOf(
  names: readonly string[],
  { operators, viewers }: { readonly operators: readonly string[]; readonly viewers: readonly string[] },
): Role | undefined {
  if (names.some((name) => operators.includes(name))) return 'operator';
  return names.some((name) => viewers.includes(name)) ? 'viewer' : undefined;
}

function networksOf(addresses: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const given of addresses) {
    const [address = '', prefix] = given.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/** A server for both families sees an IPv4 address in the clothes of the other. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || plain.startsWith('127.');
}
