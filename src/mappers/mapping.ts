import { createHash } from 'node:crypto';
import type { Liquid } from 'liquidjs';
import { z } from 'zod';
import { schemasAt } from '../core/config/schema-tools.ts';
import type { Json } from '../core/contracts.ts';
import { stableJson } from '../core/pipeline/stable-json.ts';
import {
  condition,
  conditionalRule,
  constantRule,
  isTemplate,
  lookupRule,
  pathRule,
  type Rule,
  templateRule,
  transformRule,
} from './rules.ts';

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

const path = z.string().min(1).describe('A path such as BillAddr.City, or a Liquid template');
const when = z.string().min(1).optional().describe('A Liquid condition: where it is false, the field counts as absent');
const ruleSchema = z.union([
  path,
  z.strictObject({
    from: path,
    lookup: z.record(z.string(), z.json()).optional().describe('The value by another name'),
    default: z.json().optional().describe('Where there is nothing, or nothing in the lookup'),
    transform: z.string().min(1).optional().describe('Liquid filters for the value, such as "slug | upcase"'),
    when,
  }),
  z.strictObject({ const: z.json().describe('Always this'), when }),
]);
export type RuleConfig = z.infer<typeof ruleSchema>;

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
  remote_photo_url: ruleSchema.optional(),
  role: z
    .literal('end-user', { error: 'expected end-user: Rolodesk makes no agents or admins' })
    .optional()
    .describe('Written for new users only where it stands here. Agents and admins are never made, and never touched'),
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

/** Parses every rule. Throws for Liquid that does not parse; `problemsOfMapping` says so in the file's words. */
export function compileMapping(mapping: MappingConfig, liquid?: Liquid): readonly NamedRule[] {
  return [...configuredRules(mapping)].map(({ config, ...named }) => ({
    ...named,
    rule: named.target === 'tags' ? compileTag(config, liquid) : compile(config, liquid),
  }));
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
  for (const { configPath, target, config } of configuredRules(mapping)) {
    try {
      const rule = target === 'tags' ? compileTag(config, undefined) : compile(config, undefined);
      for (const found of rule.paths)
        if (!isKnownPath(found, record)) problems.push({ path: configPath, message: unknownPath(found, record) });
    } catch (error) {
      problems.push({ path: configPath, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return problems;
}

/** What Liquid knows of any text or list. */
const liquidProperties = new Set(['size', 'first', 'last']);

export function isKnownPath(found: readonly string[], record: z.core.$ZodType): boolean {
  const [first] = found;
  if (scopeNames.some((name) => name === first) || schemasAt(record, found).length > 0) return true;
  const property = found.findIndex((name) => liquidProperties.has(name));
  return property > 0 && schemasAt(record, found.slice(0, property)).length > 0;
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

/** Every rule as it is written, in the order of the file's keys: plain fields, user fields, tags. */
export function* configuredRules({
  tags,
  user_fields,
  skip_verify_email: _,
  verified: __,
  role: ___,
  ...plain
}: MappingConfig): Generator<Omit<NamedRule, 'rule'> & { readonly config: RuleConfig }> {
  for (const [target, config] of Object.entries(plain))
    if (config !== undefined) yield { target, configPath: ['mapping', target], config };
  for (const [key, config] of Object.entries(user_fields ?? {}))
    yield { target: `user_fields.${key}`, configPath: ['mapping', 'user_fields', key], config };
  for (const [index, config] of (tags ?? []).entries())
    yield { target: 'tags', configPath: ['mapping', 'tags', index], config };
}

/** In this order: where it comes from, its other name, what stands in for nothing, its filters; all of it where `when` holds. */
function compile(config: RuleConfig, liquid: Liquid | undefined): Rule {
  if (typeof config === 'string') return fromRule(config, liquid);
  const found =
    'const' in config
      ? constantRule(config.const)
      : lookupRule(fromRule(config.from, liquid), config.lookup, config.default);
  const { transform } = 'const' in config ? {} : config;
  const transformed =
    transform === undefined ? found : part('transform', () => transformRule(found, transform, liquid));
  const { when } = config;
  return when === undefined ? transformed : part('when', () => conditionalRule(transformed, when, liquid));
}

function fromRule(text: string, liquid: Liquid | undefined): Rule {
  return isTemplate(text) ? part('not a Liquid template', () => templateRule(text, liquid)) : pathRule(text);
}

/** A plain word in `tags` is the tag itself. */
function compileTag(config: RuleConfig, liquid: Liquid | undefined): Rule {
  return typeof config === 'string' && !isTemplate(config) ? constantRule(config) : compile(config, liquid);
}

/** Says which part of a rule does not parse. */
function part(name: string, make: () => Rule): Rule {
  try {
    return make();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
