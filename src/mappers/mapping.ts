import { createHash } from 'node:crypto';
import type { Liquid } from 'liquidjs';
import { z } from 'zod';
import { schemasAt } from '../core/config/schema-tools.ts';
import type { Json } from '../core/domain/json.ts';
import { stableJson } from '../core/stable-json.ts';
import { type OrganizationsConfig, organizationParts, pathsOfPart } from './organizations.ts';
import { compile, compileTag, type RuleConfig, ruleSchema } from './rule-config.ts';
import { condition, type Rule } from './rules.ts';

/** What a mapping finds for a user before it is made to fit Zendesk. */
export type Values = Readonly<Record<string, Json | readonly string[] | undefined>>;

/** A mapping written as code. It is handed the records of the connector that it is registered for, and no others. */
export interface BuiltInMapping {
  /** Everything except the record that decides the result: when it changes, everything is read again. */
  readonly version: Json;
  skip(data: RecordData): { readonly reason: string; readonly message: string } | undefined;
  /** `country`: where numbers without a country code are read. */
  map(data: RecordData, country: string | undefined): Values;
  /** The record's own country, as people write it. Absent: nobody knows of one. */
  country?(data: RecordData): string | undefined;
  /** Names of the fields that it sets; `user_fields.*` where the record says which. */
  readonly fields: readonly string[];
  /** Field → paths of the record that it is made of, as far as reading them costs extra calls. */
  readonly reads?: Readonly<Record<string, readonly string[]>>;
  /** Numbers that can't be written in E.164 are Zendesk's own already: they stay as they are. Absent: they are left out. */
  readonly keepsUnparsedPhones?: true;
  /** Organizations of a record, not yet made to fit Zendesk. Absent: it knows of none. */
  readonly organizations?: {
    /** Without a word in the configuration. */
    readonly enabledByDefault: boolean;
    of(data: RecordData, from: { readonly connector: string; readonly account: string }): readonly Json[];
  };
}

/** A record's data as mappings see it. */
export type RecordData = Readonly<Record<string, unknown>>;

const several = z.union([ruleSchema, z.array(ruleSchema)]).optional();

/** The `mapping:` block: target field → where its value comes from. */
export const mappingSchema = z.strictObject({
  name: ruleSchema.optional(),
  email: ruleSchema.optional(),
  emails: several.describe('Further addresses, each an identity of the user'),
  phone: ruleSchema.optional(),
  phones: several.describe('Further phone numbers, each an identity of the user'),
  alias: ruleSchema.optional(),
  details: ruleSchema.optional(),
  notes: ruleSchema.optional(),
  time_zone: ruleSchema.optional(),
  locale: ruleSchema.optional(),
  remote_photo_url: ruleSchema.optional(),
  role: z
    .literal('end-user', { error: 'expected end-user: Rolodesk makes no agents or admins' })
    .optional()
    .describe('Set for new users only, if it is configured. Rolodesk never creates or changes agents and admins'),
  organization_id: ruleSchema.optional(),
  suspended: ruleSchema
    .optional()
    .describe('True suspends the user. Any other value lifts a suspension that Rolodesk set, and leaves others'),
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

/** Parses every rule. Throws for Liquid that does not parse; `validateMapping` says so in the file's words. */
export function compileMapping(mapping: MappingConfig, liquid?: Liquid): readonly NamedRule[] {
  return [...configuredRules(mapping)].map(({ config, ...named }) => ({
    ...named,
    rule: named.target === 'tags' ? compileTag(config, liquid) : compile(config, liquid),
  }));
}

/** Dotted paths of the record that the mapping and the filter read. */
export function pathsUsed({
  builtIn,
  mapping,
  organizations,
  filter,
}: {
  readonly builtIn?: BuiltInMapping | undefined;
  readonly mapping: MappingConfig;
  readonly organizations?: OrganizationsConfig | undefined;
  readonly filter?: string | undefined;
}): readonly string[] {
  const paths = [
    ...compileMapping(mapping).flatMap(({ rule }) => rule.paths),
    ...organizationParts(organizations).flatMap((part) => pathsOfPart(part, part.compile())),
    ...(filter === undefined ? [] : condition(filter).paths),
  ];
  const configured = { ...mapping, organizations: organizations === true ? undefined : organizations };
  const own = Object.entries(builtIn?.reads ?? {}).flatMap(([target, some]) =>
    Reflect.get(configured, target) === undefined ? some : [],
  );
  return [...new Set([...own, ...paths.map((found) => found.join('.'))])].sort();
}

/** Names that every rule may use in addition to the record's own. */
export const scopeNames = ['connector', 'account', 'key'] as const;

/** Templates that do not parse, and paths that are not in the source's schema. */
export function validateMapping(
  {
    mapping,
    organizations,
  }: { readonly mapping: MappingConfig; readonly organizations?: OrganizationsConfig | undefined },
  record: z.core.$ZodType,
  /** Why no record has what stands at a known path. */
  whyNotRead: (path: readonly string[]) => string | undefined = () => undefined,
): { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  const problems: { path: readonly PropertyKey[]; message: string }[] = [];
  const rules = [...configuredRules(mapping)].map(({ configPath, target, config }) => ({
    configPath,
    pathsOf: () => (target === 'tags' ? compileTag(config, undefined) : compile(config, undefined)).paths,
  }));
  const parts = organizationParts(organizations).map((part) => ({
    configPath: part.configPath,
    pathsOf: () => pathsOfPart(part, part.compile()),
  }));
  for (const { configPath, pathsOf } of [...rules, ...parts]) {
    try {
      for (const found of pathsOf()) {
        const message = isKnownPath(found, record) ? whyNotRead(found) : unknownPath(found, record);
        if (message !== undefined) problems.push({ path: configPath, message });
      }
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

/** Every rule as it is written, in the order of the file's keys: plain fields, user fields, and those that add up. */
export function* configuredRules({
  tags,
  emails,
  phones,
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
  for (const [target, some] of Object.entries({ emails, phones, tags })) {
    if (Array.isArray(some))
      for (const [index, config] of some.entries()) yield { target, configPath: ['mapping', target, index], config };
    else if (some !== undefined) yield { target, configPath: ['mapping', target], config: some };
  }
}
