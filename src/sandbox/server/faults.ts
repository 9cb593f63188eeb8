import { createRandom } from './random.ts';
import { routeOf } from './route.ts';
import type { TwinRequest } from './server.ts';

/** Faults that every twin knows. Any HTTP status is one too. */
export const commonFaults = [
  '500',
  '503',
  'html',
  'text',
  'reset-before',
  'reset-after',
  'hang',
  'truncated',
  'slow',
] as const;

/** Where a request falls next to the writes to the destination since the rule was added: none yet, one in a job, or done. */
export type Moment = 'before' | 'during' | 'after';

/** Writes that the destination has taken so far, and those of them whose job has not ended. */
export type Writes = () => { readonly taken: number; readonly open: number };

/** When to misbehave, and how. All conditions given must hold. */
export interface FaultRule {
  /** One of `faultKinds`, or an HTTP status. */
  readonly fault: string;
  /** Part of the path. */
  readonly path?: string;
  readonly method?: string;
  /** Method and path as the request log has them: `GET /api/v2/users/{id}/identities`. */
  readonly route?: string;
  /** Part of the query (decoded) or of the body. */
  readonly text?: string;
  readonly moment?: Moment;
  /** The n-th request that the rule sees, from 1. */
  readonly nth?: number;
  /** Every n-th. */
  readonly every?: number;
  readonly probability?: number;
  /** At most so often. */
  readonly times?: number;
  readonly retryAfterSeconds?: number;
  readonly delayMs?: number;
}

export function createFaults(seed: number, writes: Writes) {
  const random = createRandom(seed);
  let rules: { readonly rule: FaultRule; readonly taken: number; seen: number; applied: number }[] = [];
  return {
    add: (rule: FaultRule): void => {
      rules.push({ rule, taken: writes().taken, seen: 0, applied: 0 });
    },
    clear: (): void => {
      rules = [];
    },
    list: () => rules.map(({ rule, seen, applied }) => ({ ...rule, seen, applied })),
    /** The rule that strikes this request, if one does. */
    next(request: TwinRequest): FaultRule | undefined {
      for (const entry of rules) {
        const { rule } = entry;
        if (!concerns(rule, request) || (rule.moment !== undefined && rule.moment !== momentSince(entry.taken)))
          continue;
        entry.seen += 1;
        const strikes =
          (rule.times === undefined || entry.applied < rule.times) &&
          (rule.nth === undefined || entry.seen === rule.nth) &&
          (rule.every === undefined || entry.seen % rule.every === 0) &&
          (rule.probability === undefined || random() < rule.probability);
        if (!strikes) continue;
        entry.applied += 1;
        return rule;
      }
      return undefined;
    },
  };

  function momentSince(taken: number): Moment {
    const now = writes();
    if (now.open > 0) return 'during';
    return now.taken > taken ? 'after' : 'before';
  }
}

function concerns({ path, method, route, text }: FaultRule, request: TwinRequest): boolean {
  return (
    (path === undefined || request.path.includes(path)) &&
    (method === undefined || request.method === method) &&
    (route === undefined || routeOf(request) === route) &&
    (text === undefined || [...request.query.values(), request.body].some((part) => part.includes(text)))
  );
}
