import { routeOf } from './route.ts';
import type { TwinRequest } from './twin.ts';

export interface RequestLog {
  readonly total: number;
  /** `METHOD /path` → count, ids in the path written as `{id}`. */
  readonly byRoute: Readonly<Record<string, number>>;
}

/** Counts the requests to a twin. */
export function createRequestLog() {
  let byRoute = new Map<string, number>();
  let total = 0;
  return {
    count(request: TwinRequest): void {
      total += 1;
      const route = routeOf(request);
      byRoute.set(route, (byRoute.get(route) ?? 0) + 1);
    },
    counts: (): RequestLog => ({ total, byRoute: Object.fromEntries([...byRoute].sort()) }),
    reset(): void {
      total = 0;
      byRoute = new Map();
    },
  };
}
