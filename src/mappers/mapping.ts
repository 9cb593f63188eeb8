import { createHash } from 'node:crypto';
import { z } from 'zod';
import { schemasAt } from '../core/config/schema-tools.ts';
import type { Json } from '../core/contracts.ts';
import { stableJson } from '../core/pipeline/stable-json.ts';
import { condition, constantRule, isTemplate, lookupRule, pathRule, type Rule, templateRule } from './rules.ts';

/** What a mapping finds for a user before it is made to fit Zendesk. */
export type Values = Readonly<Record<string, Json | readonly string[] | undefined>>;

/** A mapping written as code. It is handed the records of the connector that it is registered for, and no others. */
export interface BuiltInMapping {
  /** Everything besides the record that decides what comes out: when it differs, everything is read again. */
  readonly version: Json;
  skip(data: RecordData): { readonly reason: string; readonly message: string } | undefined;
  map(data: RecordData): Values;
  /** Names of the fields that it sets. */
  readonly fields: readonly string[];
}

/** A record's data as mappings see it. */
export type RecordData = Readonly<Record<string, unknown>>;

const path = z.string().min(1);
const ruleSchema = z.union([
  path,
  z.strictObject({ from: path, lookup: z.record(z.string(), z.json()).optional(), default: z.json().optional() }),
  z.strictObject({ const: z.json() }),
]);
type RuleConfig = z.infer<typeof ruleSchema>;

/** The `mapping:` block: target field → where its value comes from. */
export const mappingSchema = z.strictObject({
  name: ruleSchema.optional(),
  email: ruleSchema.optional(),
  phone: ruleSchema.optional(),
  alias: ruleSchema.optional(),
  details: ruleSchema.optional(),
  notes: ruleSchema.optional(),
  time_zone: ruleSchema.optional(),
  locale: ruleSchema.optional(),
  organization_id: ruleSchema.optional(),
  external_id: ruleSchema.optional(),
  tags: z.array(ruleSchema).optional(),
  user_fields: z
    .record(z.string().regex(/^\w+$/, 'expected the key of a user field: letters, digits and underscores'), ruleSchema)
    .optional(),
  skip_verify_email: z.boolean().optional(),
  verified: z.boolean().optional(),
});
export type MappingConfig = z.infer<typeof mappingSchema>;

export interface NamedRule {
  /** Flat target, such as `user_fields.member_level`. */
  readonly target: string;
  readonly configPath: readonly PropertyKey[];
  readonly rule: Rule;
}

/** Parses every rule. Throws for a Liquid template that does not parse; `problemsOfMapping` says so in the file's words. */
export function compileMapping(mapping: MappingConfig): readonly NamedRule[] {
  const { tags, user_fields, skip_verify_email: _, verified: __, ...plain } = mapping;
  const rules: NamedRule[] = [];
  for (const [target, config] of Object.entries(plain)) {
    if (config !== undefined) rules.push({ target, configPath: ['mapping', target], rule: compile(config) });
  }
  for (const [key, config] of Object.entries(user_fields ?? {})) {
    rules.push({ target: `user_fields.${key}`, configPath: ['mapping', 'user_fields', key], rule: compile(config) });
  }
  tags?.forEach((config, index) => {
    rules.push({ target: 'tags', configPath: ['mapping', 'tags', index], rule: compileTag(config) });
  });
  return rules;
}

/** Flat names of the fields that a mapping sets. */
export function targetsOf(mapping: MappingConfig): readonly string[] {
  const names = [...configsOf(mapping)].map(({ configPath: [, target, key] }) =>
    target === 'user_fields' ? `user_fields.${String(key)}` : String(target),
  );
  return [...new Set(names)];
}

/** Dotted paths of the record that the mapping and the filter read. */
export function pathsUsed({
  mapping,
  filter,
}: {
  readonly mapping: MappingConfig;
  readonly filter?: string | undefined;
}): readonly string[] {
  const paths = [
    ...compileMapping(mapping).flatMap(({ rule }) => rule.paths),
    ...(filter === undefined ? [] : condition(filter).paths),
  ];
  return [...new Set(paths.map((found) => found.join('.')))].sort();
}

/** Names that every rule may use besides the record's own. */
export const scopeNames = ['connector', 'account', 'key'] as const;

/** Templates that do not parse, and paths that are not in the source's schema. */
export function problemsOfMapping(
  mapping: MappingConfig,
  record: z.core.$ZodType,
): { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  const problems: { path: readonly PropertyKey[]; message: string }[] = [];
  for (const { configPath, config } of configsOf(mapping)) {
    try {
      const rule = configPath[1] === 'tags' ? compileTag(config) : compile(config);
      for (const found of rule.paths)
        if (!isKnownPath(found, record)) problems.push({ path: configPath, message: unknownPath(found, record) });
    } catch (error) {
      problems.push({
        path: configPath,
        message: `not a Liquid template: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
  }
  return problems;
}

export function isKnownPath(found: readonly string[], record: z.core.$ZodType): boolean {
  const [first] = found;
  return scopeNames.some((name) => name === first) || schemasAt(record, found).length > 0;
}

export function unknownPath(found: readonly string[], record: z.core.$ZodType): string {
  const parent = schemasAt(record, found.slice(0, -1)).flatMap((schema) =>
    schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
  );
  return `${found.join('.')} is not in the source${parent.length > 0 ? `; known there: ${parent.join(', ')}` : ''}`;
}

/** Equal for equal values, in whatever order their keys were written. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(stableJson(value)).digest('base64url');
}

function* configsOf({
  tags,
  user_fields,
  skip_verify_email: _,
  verified: __,
  ...plain
}: MappingConfig): Generator<{ configPath: PropertyKey[]; config: RuleConfig }> {
  for (const [target, config] of Object.entries(plain))
    if (config !== undefined) yield { configPath: ['mapping', target], config };
  for (const [key, config] of Object.entries(user_fields ?? {}))
    yield { configPath: ['mapping', 'user_fields', key], config };
  for (const [index, config] of (tags ?? []).entries()) yield { configPath: ['mapping', 'tags', index], config };
}

function compile(config: RuleConfig): Rule {
  if (typeof config === 'string') return isTemplate(config) ? templateRule(config) : pathRule(config);
  if ('const' in config) return constantRule(config.const);
  return lookupRule(compile(config.from), config.lookup, config.default);
}

/** A plain word in `tags` is the tag itself. */
function compileTag(config: RuleConfig): Rule {
  return typeof config === 'string' && !isTemplate(config) ? constantRule(config) : compile(config);
}
