import { z } from 'zod';
import { schemasAt } from '../../core/config/schema-tools.ts';
import type { Json } from '../../core/domain/json.ts';
import { isTemplate } from '../../mappers/rules.ts';
import { type Config, configSchema } from '../config-schema.ts';
import type { Settings } from '../settings.ts';

export const removed = '[removed]';

/** A number that its schema limits to less than this is a setting; any other may identify an account. */
const maxSettingLength = 10_000;

/** Top-level keys whose values do not identify anybody. */
const harmless: ReadonlySet<string> = new Set(['country', 'schedule', 'retention']);

/**
 * The configuration without anything private. It keeps choices from a list, counts, and the paths of the mapping. Every
 * other text is removed: it may be a secret, a name or a path of this machine. Settings that are not known to be
 * harmless are removed as well, including those that a later version adds.
 */
export function shareableConfig({ config, connector }: Pick<Settings, 'config' | 'connector'>): Json {
  const schema = configSchema(connector, config.source.connector);
  const { mapping, filter, policies, ...others } = config;
  const entries = Object.entries(others).flatMap(([key, value]): [string, Json][] => {
    // What the configuration holds is JSON: it came from YAML.
    if (harmless.has(key) && value !== undefined) return [[key, value as Json]];
    const shared = shareable(schemasAt(schema, [key]), value);
    return shared === undefined ? [] : [[key, shared]];
  });
  const { maxDeactivations, ownership, ...choices } = policies;
  return {
    ...Object.fromEntries(entries),
    ...(filter !== undefined && { filter: withoutLiterals(filter) }),
    mapping: shareableMapping(mapping),
    policies: { ...Object(shareable(schemasAt(schema, ['policies']), choices)), ownership, maxDeactivations },
  };
}

/** Every text that was removed from the settings of both sides, so that it can be found elsewhere. */
export function privateTexts({ config, connector }: Pick<Settings, 'config' | 'connector'>): string[] {
  const schema = configSchema(connector, config.source.connector);
  return ['source', 'destination'].flatMap((key) =>
    removedFrom(schemasAt(schema, [key]), Object.entries(config).find(([name]) => name === key)?.[1]),
  );
}

type Schemas = readonly z.core.$ZodType[];

function shareable(schemas: Schemas, value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'string') return isHarmless(schemas, value) ? value : removed;
  if (Array.isArray(value)) return value.map((item, index) => shareable(below(schemas, index), item) ?? null);
  if (typeof value !== 'object') return removed;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner], index): [string, Json][] => {
      const shared = shareable(below(schemas, key), inner);
      // The keys of a table are somebody's own words.
      const name = schemas.some((schema) => schema instanceof z.ZodRecord) ? `${removed} ${index + 1}` : key;
      return shared === undefined ? [] : [[name, shared]];
    }),
  );
}

function removedFrom(schemas: Schemas, value: unknown): string[] {
  if (typeof value === 'string') return isHarmless(schemas, value) ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => removedFrom(below(schemas, key), inner));
}

function below(schemas: Schemas, key: PropertyKey): Schemas {
  return schemas.flatMap((schema) => schemasAt(schema, [key]));
}

function isHarmless(schemas: Schemas, value: string | number): boolean {
  if (typeof value === 'string' && /^\d+(\.\d+)?%$/.test(value)) return true;
  return schemas.some((schema) => {
    if (schema instanceof z.ZodLiteral) return schema.values.has(value) && !isPath(value);
    if (schema instanceof z.ZodEnum) return schema.options.includes(value);
    if (!(schema instanceof z.ZodNumber) || typeof value !== 'number') return false;
    return (schema.maxValue ?? Number.POSITIVE_INFINITY) <= maxSettingLength;
  });
}

/** A custom connector is named by its path. */
function isPath(value: string | number): boolean {
  return typeof value === 'string' && /^[./\\]|:[\\/]/.test(value);
}

/** Keeps which field comes from where; removes constants and tables of values, which are the user's own words. */
function shareableMapping(mapping: Config['mapping']): Json {
  const { tags, user_fields, ...fields } = mapping;
  const rules = (of: Readonly<Record<string, unknown>>): [string, Json][] =>
    Object.entries(of).flatMap(([target, rule]): [string, Json][] =>
      rule === undefined ? [] : [[target, shareableRule(rule)]],
    );
  return {
    ...Object.fromEntries(rules(fields)),
    ...(tags && {
      tags: tags.map((tag) => (typeof tag === 'string' && !isTemplate(tag) ? removed : shareableRule(tag))),
    }),
    ...(user_fields && { user_fields: Object.fromEntries(rules(user_fields)) }),
  };
}

function shareableRule(rule: unknown): Json {
  if (typeof rule === 'boolean') return rule;
  if (typeof rule === 'string') return isTemplate(rule) ? shareableTemplate(rule) : rule;
  if (typeof rule !== 'object' || rule === null || !('from' in rule)) return { const: removed };
  const size = 'lookup' in rule && typeof rule.lookup === 'object' ? Object.keys(rule.lookup ?? {}).length : undefined;
  return {
    from: shareableRule(rule.from),
    ...(size !== undefined && { lookup: `${removed}: ${size} entries` }),
    ...('default' in rule && rule.default !== undefined && { default: removed }),
  };
}

/** Keeps the tags of a template and removes the words around them. */
function shareableTemplate(template: string): string {
  return template
    .split(/(\{\{.*?\}\}|\{%.*?%\})/s)
    .map((part) =>
      part.startsWith('{{') || part.startsWith('{%') ? withoutLiterals(part) : part.replaceAll(/[\p{L}\p{N}]+/gu, '…'),
    )
    .join('');
}

function withoutLiterals(text: string): string {
  return text.replaceAll(/"[^"]*"|'[^']*'/g, '"…"').replaceAll(/\d{7,}/g, '…');
}
