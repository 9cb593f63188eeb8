import { z } from 'zod';
import { checked, SandboxRequestError } from './request-error.ts';

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

const text = z.string().min(1);
const count = z.int().min(1);

/** A rule for a twin that has these faults in addition to those of every twin. */
function ruleSchema(own: readonly string[]): z.ZodType<FaultRule> {
  const known = [...new Set([...commonFaults, ...own])];
  const fault = z.string().refine((kind) => known.includes(kind) || /^[3-5]\d\d$/.test(kind), {
    error: ({ input }) => `there is no fault "${String(input)}"; known: ${known.join(', ')}, or an HTTP status`,
  });
  return z.strictObject({
    fault,
    path: text.exactOptional(),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).exactOptional(),
    route: z
      .string()
      .regex(/^[A-Z]+ \//, 'expected a method and a path, such as GET /api/v2/users')
      .exactOptional(),
    text: text.exactOptional(),
    moment: z.enum(['before', 'during', 'after']).exactOptional(),
    nth: count.exactOptional(),
    every: count.exactOptional(),
    probability: z.number().min(0).max(1).exactOptional(),
    times: count.exactOptional(),
    retryAfterSeconds: z.number().min(0).exactOptional(),
    delayMs: z.number().min(0).exactOptional(),
  });
}

/** Throws SandboxRequestError for an invalid rule, with every problem at once. */
export function checkFaultRule(value: unknown, own: readonly string[]): FaultRule {
  return checked(value, ruleSchema(own), 'the rule');
}

const figures = new Set(['nth', 'every', 'probability', 'times', 'retryAfterSeconds', 'delayMs']);

/**
 * A rule as one word for the command line: `429:path=create_many,every=5`. `own` are the twin's faults in addition to the common
 * ones. Throws SandboxRequestError for an invalid rule.
 */
export function parseFaultRule(word: string, own: readonly string[]): FaultRule {
  const [fault = '', conditions] = word.split(/:(.*)/s);
  const rule: Record<string, string | number> = { fault };
  for (const condition of conditions === undefined ? [] : conditions.split(',')) {
    const [name = '', value = ''] = condition.split(/=(.*)/s);
    if (name === '' || value === '')
      throw new SandboxRequestError(`"${condition}": expected name=value, such as every=5`);
    rule[name] = figures.has(name) && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  }
  return checkFaultRule(rule, own);
}
