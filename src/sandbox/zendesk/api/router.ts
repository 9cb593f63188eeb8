import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import type { Role } from '../account/credentials.ts';
import { forbidden } from './responses.ts';

/** A request that may come in, with whose it is. */
export interface Call {
  readonly request: TwinRequest;
  /** Below /api/v2, without `.json`. */
  readonly path: string;
  readonly role: Role;
}

/** A call at its route. `params` are the parts of the path that the route names. */
export interface RoutedCall extends Call {
  readonly params: Readonly<Record<string, string>>;
}

export type Handler = (call: RoutedCall) => TwinResponse;

/** Handlers by method and path below /api/v2. `{name}` stands for digits, `:name` for any one part of the path. */
export type Routes = Readonly<Record<string, Handler>>;

/** Undefined for a call that no route answers. A route without names goes before those with some. */
export function createRouter(routes: Routes): (call: Call) => TwinResponse | undefined {
  const patterns = Object.entries(routes)
    .filter(([route]) => /[{:]/.test(route))
    .map(([route, handler]) => ({ pattern: patternOf(route), handler }));
  return (call) => {
    const name = `${call.request.method} ${call.path}`;
    const handler = routes[name];
    if (handler) return handler({ ...call, params: {} });
    for (const { pattern, handler } of patterns) {
      const found = pattern.exec(name);
      if (found) return handler({ ...call, params: found.groups ?? {} });
    }
    return undefined;
  };
}

function patternOf(route: string): RegExp {
  const pattern = route.replaceAll(/\{(\w+)\}/g, String.raw`(?<$1>\d+)`).replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
  return new RegExp(`^${pattern}$`);
}

export function adminOnly(handler: Handler): Handler {
  return (call) => (call.role === 'admin' ? handler(call) : forbidden);
}
