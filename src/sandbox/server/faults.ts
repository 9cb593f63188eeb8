import type { FaultRule, Moment } from './fault-rule.ts';
import { createRandom } from './random.ts';
import { routeOf } from './route.ts';
import type { TwinRequest } from './twin.ts';

/** Writes that the destination has accepted so far, and those of them whose job has not ended. */
export type Writes = () => { readonly accepted: number; readonly pending: number };

/** The rules of one twin, how many requests each has seen and how many it struck. */
export function createFaults(seed: number, writes: Writes) {
  const random = createRandom(seed);
  let rules: { readonly rule: FaultRule; readonly acceptedBefore: number; seen: number; applied: number }[] = [];
  return {
    add: (rule: FaultRule): void => {
      rules.push({ rule, acceptedBefore: writes().accepted, seen: 0, applied: 0 });
    },
    clear: (): void => {
      rules = [];
    },
    list: () => rules.map(({ rule, seen, applied }) => ({ ...rule, seen, applied })),
    /** The rule that strikes this request, if one does. */
    next(request: TwinRequest): FaultRule | undefined {
      for (const entry of rules) {
        const { rule } = entry;
        if (
          !concerns(rule, request) ||
          (rule.moment !== undefined && rule.moment !== momentSince(entry.acceptedBefore))
        )
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

  function momentSince(acceptedBefore: number): Moment {
    const now = writes();
    if (now.pending > 0) return 'during';
    return now.accepted > acceptedBefore ? 'after' : 'before';
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
