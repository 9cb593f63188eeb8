import { createRandom } from './random.ts';
import type { TwinRequest } from './server.ts';

/** When to misbehave, and how. All conditions given must hold. */
export interface FaultRule {
  /** `429`, `500`, `503`, `html`, `text`, `reset-before`, `reset-after`, `hang`, `truncated`, `slow`, or one of the twin's own. */
  readonly fault: string;
  /** Part of the path. */
  readonly path?: string;
  readonly method?: string;
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

export function createFaults(seed: number) {
  const random = createRandom(seed);
  let rules: { readonly rule: FaultRule; seen: number; applied: number }[] = [];
  return {
    add: (rule: FaultRule): void => {
      rules.push({ rule, seen: 0, applied: 0 });
    },
    clear: (): void => {
      rules = [];
    },
    list: () => rules.map(({ rule, seen, applied }) => ({ ...rule, seen, applied })),
    /** The rule that strikes this request, if one does. */
    next({ method, path }: TwinRequest): FaultRule | undefined {
      for (const entry of rules) {
        const { rule } = entry;
        if (
          (rule.path !== undefined && !path.includes(rule.path)) ||
          (rule.method !== undefined && rule.method !== method)
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
}

/** A rule as one word for the command line: `429:path=create_many,every=5`. */
export function parseFaultRule(text: string): FaultRule {
  const [fault = '', conditions = ''] = text.split(/:(.*)/s);
  const rule: Record<string, string | number> = { fault };
  for (const condition of conditions.split(',')) {
    const [name, value] = condition.split('=', 2);
    if (!name || value === undefined) continue;
    rule[name] = /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  }
  return { ...rule, fault };
}
