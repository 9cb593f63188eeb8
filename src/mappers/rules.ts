import { Context, type Liquid, toValueSync, Value } from 'liquidjs';
import type { Json } from '../core/domain/json.ts';
import { getPath, pathOf } from '../core/records/get-path.ts';
import { assertCondition } from './liquid/condition.ts';
import { createLiquid } from './liquid/liquid.ts';

/** A record's data under the names that rules may use. */
export type Scope = Readonly<Record<string, unknown>>;

export interface Rule {
  /** Undefined: nothing there. Throws what a Liquid filter throws on a value that it can't take. */
  value(scope: Scope): Json | undefined;
  /** Paths that the rule reads, for checking against the source's schema. */
  readonly paths: readonly (readonly string[])[];
  /** True for a rule whose finding nothing in a whole run is worth a warning. */
  readonly warnIfUnmatched: boolean;
}

const withoutAccount = createLiquid();

/** `BillAddr.City` or `Lines[0].Name`: keeps the type. */
export function pathRule(text: string): Rule {
  const names = pathOf(text);
  return {
    paths: [names],
    warnIfUnmatched: true,
    value: (scope) => {
      const found = getPath(scope, text, names);
      return isJson(found) ? found : undefined;
    },
  };
}

/** A Liquid template gives text. Empty text counts as nothing. */
export function templateRule(text: string, liquid: Liquid = withoutAccount): Rule {
  const template = liquid.parse(text);
  return {
    paths: variablesOf(text, liquid),
    warnIfUnmatched: false,
    value: (scope) => {
      const result: unknown = liquid.renderSync(template, { ...scope });
      const filled = typeof result === 'string' ? result.trim() : '';
      return /[\p{L}\p{N}]/u.test(filled) ? filled : undefined;
    },
  };
}

export function constantRule(value: Json): Rule {
  return { paths: [], warnIfUnmatched: false, value: () => value };
}

/** A value by another name; `fallback` where the table has no entry. */
export function lookupRule(
  from: Rule,
  table: Readonly<Record<string, Json>> | undefined,
  fallback: Json | undefined,
): Rule {
  // A map: a customer type called "constructor" is in no table.
  const names = table && new Map(Object.entries(table));
  return {
    paths: from.paths,
    warnIfUnmatched: from.warnIfUnmatched,
    value: (scope) => {
      const found = from.value(scope);
      if (names === undefined) return found ?? fallback;
      return (found === undefined || found === null ? undefined : names.get(String(found))) ?? fallback;
    },
  };
}

/** A chain of Liquid filters, such as `slug | upcase`, applied to what the rule finds. A number may stay a number. */
export function transformRule(from: Rule, chain: string, liquid: Liquid = withoutAccount): Rule {
  if (/[{}]|^\s*\||\|\s*(?:\||$)/.test(chain))
    throw new Error('expected filters with | between them, such as "slug | upcase"');
  const output = `{{ value | ${chain} }}`;
  liquid.parse(output);
  const filtered = new Value(`value | ${chain}`, liquid);
  return {
    paths: [...from.paths, ...variablesOf(output, liquid).filter(([first]) => first !== 'value')],
    warnIfUnmatched: from.warnIfUnmatched,
    value: (scope) => {
      const value = from.value(scope);
      if (value === undefined || value === null) return undefined;
      const context = new Context({ ...scope, value }, liquid.options, { sync: true });
      const result = toValueSync(filtered.value(context, false));
      return isJson(result) ? result : undefined;
    },
  };
}

/** The rule where the condition holds, and nothing elsewhere. */
export function conditionalRule(rule: Rule, when: string, liquid: Liquid = withoutAccount): Rule {
  const { holds, paths } = condition(when, liquid);
  return {
    paths: [...rule.paths, ...paths],
    // Finding nothing may be what the condition is for.
    warnIfUnmatched: false,
    value: (scope) => (holds(scope) ? rule.value(scope) : undefined),
  };
}

/** Whether a Liquid condition such as `Balance > 0 and Job != true` holds. Throws for one that does not parse. */
export function condition(
  text: string,
  liquid: Liquid = withoutAccount,
): {
  readonly holds: (scope: Scope) => boolean;
  readonly paths: readonly (readonly string[])[];
} {
  assertCondition(text, liquid);
  const source = `{% if ${text} %}yes{% endif %}`;
  const template = liquid.parse(source);
  return { paths: variablesOf(source, liquid), holds: (scope) => liquid.renderSync(template, { ...scope }) === 'yes' };
}

export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

function variablesOf(text: string, liquid: Liquid): readonly (readonly string[])[] {
  return liquid
    .globalVariableSegmentsSync(text)
    .map((segments) => segments.filter((segment): segment is string => typeof segment === 'string'));
}

/** Sources give JSON (contract of SourceRecord), and filters keep it so: only undefined is not. */
function isJson(value: unknown): value is Json {
  return value !== undefined;
}
