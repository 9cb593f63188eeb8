import { createHash } from 'node:crypto';
import type { Liquid } from 'liquidjs';
import { z } from 'zod';
import type { ZendeskOrganization } from '../connectors/zendesk/related/organization.ts';
import { defined } from '../core/defined.ts';
import type { Json } from '../core/domain/json.ts';
import { pathOf } from '../core/records/get-path.ts';
import { compile, compileTag, type RuleConfig, ruleSchema } from './rule-config.ts';
import type { Rule, Scope } from './rules.ts';
import { cleanName, textOf, textsOf, toTag } from './text.ts';

const organizationRule = z.strictObject({
  each: z
    .string()
    .regex(/^[^{}]+$/, 'expected a path, such as companies')
    .optional()
    .describe('Path of a list in the record: an organization for each of its items, which rules call `item`'),
  name: ruleSchema.describe('A record for which it is empty is in no organization by this rule'),
  external_id: ruleSchema.optional().describe('Default: <connector>:<account>:<name>, in lower case'),
  details: ruleSchema.optional(),
  notes: ruleSchema.optional(),
  domain_names: z.array(ruleSchema).optional().describe('New users with an address there are put in by Zendesk'),
  tags: z.array(ruleSchema).optional(),
  organization_fields: z
    .record(z.string().regex(/^\w+$/, 'expected the key of an organization field'), ruleSchema)
    .optional(),
});
type OrganizationRule = z.infer<typeof organizationRule>;

/** The `organizations:` block: which organizations a record's user belongs to, the default one first. */
export const organizationsSchema = z.union([z.boolean(), organizationRule, z.array(organizationRule).min(1)]);
export type OrganizationsConfig = z.infer<typeof organizationsSchema>;

/** A rule as it is written, and where. */
export interface OrganizationPart {
  readonly configPath: readonly PropertyKey[];
  readonly config: RuleConfig;
  /** Path of the list whose items the rule calls `item`. */
  readonly each: readonly string[] | undefined;
  readonly compile: () => Rule;
}

/** Name of what rules read when there is an organization for each of several. */
const itemName = 'item';

/** Every rule of the block, for checks before anything is read. */
export function organizationParts(config: OrganizationsConfig | undefined): readonly OrganizationPart[] {
  return listed(config).flatMap(({ each, ...rule }, index) => {
    const place = Array.isArray(config) ? ['organizations', index] : ['organizations'];
    const list = each === undefined ? undefined : pathOf(each);
    const part = (path: readonly PropertyKey[], one: RuleConfig, isTag = false): OrganizationPart => ({
      configPath: [...place, ...path],
      config: one,
      each: list,
      compile: () => (isTag ? compileTag(one, undefined) : compile(one, undefined)),
    });
    const { tags = [], domain_names: domains = [], organization_fields: fields = {}, ...plain } = rule;
    return [
      ...(each === undefined ? [] : [{ ...part(['each'], each), each: undefined }]),
      ...Object.entries(plain).flatMap(([name, one]) => (one === undefined ? [] : [part([name], one)])),
      ...domains.map((one, position) => part(['domain_names', position], one, true)),
      ...tags.map((one, position) => part(['tags', position], one, true)),
      ...Object.entries(fields).map(([key, one]) => part(['organization_fields', key], one)),
    ];
  });
}

/** Its rules for custom fields, by flat target such as `organization_fields.region`. */
export function organizationFieldRules(config: OrganizationsConfig | undefined) {
  return organizationParts(config).flatMap(({ configPath, config: rule }) => {
    const [block, key] = configPath.slice(-2);
    return block === 'organization_fields' ? [{ target: `${block}.${String(key)}`, configPath, config: rule }] : [];
  });
}

/** Paths of the record that a compiled rule reads: those of an item are below the list. */
export function pathsOfPart({ each }: OrganizationPart, rule: Rule): readonly (readonly string[])[] {
  return rule.paths.map((path) => (each && path[0] === itemName ? [...each, ...path.slice(1)] : path));
}

/** How rules are read: what the record has and a rule makes nothing of is left out under its target. */
export interface RuleReader {
  read(target: string, rule: Rule, scope: Scope): Json | undefined;
  leaveOut(target: string, why: string): void;
}

/** What the rules make of a record, not yet made to fit. Throws what a Liquid filter throws. */
export type OrganizationsOf = (scope: Scope, reader: RuleReader) => readonly Json[];

export function compileOrganizations(config: OrganizationsConfig | undefined, liquid: Liquid): OrganizationsOf {
  const rules = listed(config).map((rule) => compileOne(rule, liquid));
  return (scope, reader) => rules.flatMap((rule) => rule(scope, reader));
}

function compileOne(config: OrganizationRule, liquid: Liquid): OrganizationsOf {
  const { each, domain_names: domains, tags, organization_fields: fields, ...plain } = config;
  const list = each === undefined ? undefined : compile(each, liquid);
  const texts = Object.entries(plain).flatMap(([name, rule]) =>
    rule === undefined ? [] : [[name, compile(rule, liquid)] as const],
  );
  const lists = Object.entries({ domain_names: domains, tags }).flatMap(([name, some]) =>
    some === undefined ? [] : [[name, some.map((rule) => compileTag(rule, liquid))] as const],
  );
  const custom = Object.entries(fields ?? {}).map(([key, rule]) => [key, compile(rule, liquid)] as const);

  function one(scope: Scope, reader: RuleReader): Json {
    const read = (target: string, rule: Rule): Json => reader.read(target, rule, scope) ?? null;
    return {
      ...Object.fromEntries(texts.map(([name, rule]) => [name, read(`organizations.${name}`, rule)])),
      ...Object.fromEntries(
        lists.map(([name, some]) => [name, some.flatMap((rule) => read(`organizations.${name}`, rule))]),
      ),
      ...(fields && {
        organization_fields: Object.fromEntries(
          custom.map(([key, rule]) => [key, read(`organization_fields.${key}`, rule)]),
        ),
      }),
    };
  }

  return (scope, reader) => {
    if (!list) return [one(scope, reader)];
    const items = reader.read('organizations.each', list, scope) ?? [];
    if (Array.isArray(items)) return items.map((item: Json) => one({ ...scope, [itemName]: item }, reader));
    if (items !== '') reader.leaveOut('organizations.each', 'the value is not a list.');
    return [];
  };
}

const maxIdLength = 255;

interface ToOrganizations {
  readonly connector: string;
  readonly account: string;
  /** A value as the destination's field takes it: one comes out, or none. */
  coerceField(target: string, value: Json): readonly Json[];
  leaveOut(target: string, why: string): void;
}

/**
 * Organizations as Zendesk takes them: each once, with a name and an external id. What has no name is none, and what is
 * empty is left as Zendesk has it: another customer of the organization may well say more.
 */
export function toOrganizations(
  found: readonly Json[],
  { connector, account, coerceField, leaveOut }: ToOrganizations,
): readonly ZendeskOrganization[] {
  const { textIn, textsIn } = createTextReader(leaveOut);
  const byId = new Map<string, ZendeskOrganization>();
  for (const value of found) {
    if (!isObject(value)) {
      leaveOut('organizations', 'the value is not an organization.');
      continue;
    }
    const name = cleanName(textIn(value, 'name'));
    if (name === undefined) continue;
    const id = externalId(textIn(value, 'external_id') ?? `${connector}:${account}:${name}`);
    if (byId.has(id)) continue;
    const [details, notes] = [textIn(value, 'details'), textIn(value, 'notes')];
    const hosts = textsIn(value, 'domain_names').map(toDomain);
    if (hosts.includes('')) leaveOut('organizations.domain_names', 'the value contains no host name.');
    const [domains, tags] = [unique(hosts), unique(textsIn(value, 'tags').map(toTag))];
    const custom = Object.entries(isObject(value.organization_fields) ? value.organization_fields : {});
    const present = custom.flatMap(([key, one]) =>
      one === null || one === ''
        ? []
        : coerceField(`organization_fields.${key}`, one).map((coerced) => [key, coerced] as const),
    );
    byId.set(id, {
      external_id: id,
      name,
      ...defined({ details, notes }),
      ...(domains.length > 0 && { domain_names: domains }),
      ...(tags.length > 0 && { tags }),
      ...(present.length > 0 && { organization_fields: Object.fromEntries(present) }),
    });
  }
  return [...byId.values()];
}

/** Reads text that rules have made, and leaves out what is of another type. */
function createTextReader(leaveOut: ToOrganizations['leaveOut']) {
  type Value = { readonly [key: string]: Json };
  const isCompound = (item: Json | undefined): boolean => typeof item === 'object' && item !== null;
  const warnOf = (name: string): void =>
    leaveOut(`organizations.${name}`, 'the value is a list or an object, and text is expected.');

  return {
    textIn(value: Value, name: string): string | undefined {
      if (isCompound(value[name])) warnOf(name);
      return textOf(value[name]);
    },
    textsIn(value: Value, name: string): readonly string[] {
      const found = value[name];
      if (Array.isArray(found) ? found.some(isCompound) : isCompound(found)) warnOf(name);
      return textsOf(found);
    },
  };
}

/** Names may be as long as an external id may be: one that is too long keeps its beginning, and a mark of the whole. */
function externalId(text: string): string {
  const whole = text.toWellFormed().toLowerCase();
  if (whole.length <= maxIdLength) return whole;
  const mark = createHash('sha256').update(whole).digest('hex').slice(0, 32);
  return `${whole.slice(0, maxIdLength - mark.length - 1).toWellFormed()}~${mark}`;
}

function listed(config: OrganizationsConfig | undefined): readonly OrganizationRule[] {
  if (config === undefined || typeof config === 'boolean') return [];
  return Array.isArray(config) ? config : [config];
}

/** `https://www.acme.example/about`, `info@acme.example` and `@acme.example` name a host as well. Zendesk takes nothing else. */
function toDomain(text: string): string {
  const plain = text.trim().toLowerCase();
  const address = /^[a-z][a-z0-9+.-]*:\/\//.test(plain) ? plain : `https://${plain.replace(/^.*@/, '')}`;
  const host = URL.canParse(address) ? new URL(address).hostname.replace(/^www\./, '').replace(/\.$/, '') : '';
  return host.includes('.') ? host : '';
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text !== '').sort();
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
