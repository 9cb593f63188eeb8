import { Liquid } from 'liquidjs';
import type { Json } from '../core/contracts.ts';

/** A record's data under the names that rules may use. */
export type Scope = Readonly<Record<string, unknown>>;

export interface Rule {
  /** Undefined: nothing there. */
  value(scope: Scope): Json | undefined;
  /** Paths that the rule reads, for checking against the source's schema. */
  readonly paths: readonly (readonly string[])[];
  /** True for a rule whose finding nothing in a whole run is worth a warning. */
  readonly mayMiss: boolean;
}

const liquid = new Liquid({ strictFilters: true, jsTruthy: false });

/** `BillAddr.City` or `Lines[0].Name`: keeps the type. */
export function pathRule(text: string): Rule {
  const path = text.split(/[.[\]]+/).filter((part) => part !== '');
  return { paths: [path], mayMiss: true, value: (scope) => valueAt(scope, path) };
}

/** A Liquid template gives text. Empty text counts as nothing. */
export function templateRule(text: string): Rule {
  const template = liquid.parse(text);
  return {
    paths: variablesOf(text),
    mayMiss: false,
    value: (scope) => {
      const result: unknown = liquid.renderSync(template, { ...scope });
      const filled = typeof result === 'string' ? result.trim() : '';
      return /[\p{L}\p{N}]/u.test(filled) ? filled : undefined;
    },
  };
}

export function constantRule(value: Json): Rule {
  return { paths: [], mayMiss: false, value: () => value };
}

/** A value by another name; `fallback` where the table has no entry. */
export function lookupRule(
  from: Rule,
  table: Readonly<Record<string, Json>> | undefined,
  fallback: Json | undefined,
): Rule {
  return {
    paths: from.paths,
    mayMiss: from.mayMiss,
    value: (scope) => {
      const found = from.value(scope);
      if (table === undefined) return found ?? fallback;
      // Only the table's own entries: every object also has a `constructor`.
      const entry = found === undefined || found === null ? undefined : String(found);
      return (entry !== undefined && Object.hasOwn(table, entry) ? table[entry] : undefined) ?? fallback;
    },
  };
}

/** Whether a Liquid condition such as `Balance > 0 and Job != true` holds. Throws for one that does not parse. */
export function condition(text: string): {
  readonly holds: (scope: Scope) => boolean;
  readonly paths: readonly (readonly string[])[];
} {
  demandOperands(text);
  const source = `{% if ${text} %}yes{% endif %}`;
  const template = liquid.parse(source);
  return { paths: variablesOf(source), holds: (scope) => liquid.renderSync(template, { ...scope }) === 'yes' };
}

const conditionToken = /"[^"]*"|'[^']*'|[=!<>]=?|[^\s=!<>"'[]+(?:\[[^\]]*\][^\s=!<>"'[]*)*/g;
const operator = /^(?:==|!=|>=|<=|>|<|contains|and|or)$/;

/** liquidjs takes `Balance >` and `Balance 0` for conditions that never hold: everybody would be skipped without a word. */
function demandOperands(text: string): void {
  const [compared = ''] = text.split('|');
  const tokens = (compared.match(conditionToken) ?? []).filter((token) => token !== 'not');
  let wantsOperand = true;
  for (const token of tokens) {
    if (operator.test(token) === wantsOperand)
      throw new Error(wantsOperand ? `a value is missing before ${token}` : `an operator is missing before ${token}`);
    wantsOperand = !wantsOperand;
  }
  if (wantsOperand) throw new Error('a value is missing at the end');
}

export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

function variablesOf(text: string): readonly (readonly string[])[] {
  return liquid
    .globalVariableSegmentsSync(text)
    .map((segments) => segments.filter((segment): segment is string => typeof segment === 'string'));
}

function valueAt(scope: Scope, path: readonly string[]): Json | undefined {
  let at: unknown = scope;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = Object.entries(at).find(([name]) => name === part)?.[1];
  }
  return isJson(at) ? at : undefined;
}

/** Sources give JSON (contract of SourceRecord): only undefined is not. */
function isJson(value: unknown): value is Json {
  return value !== undefined;
}
