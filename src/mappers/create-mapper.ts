import type { ZendeskUser } from '../connectors/zendesk/user.ts';
import type { FieldCoercer } from '../core/domain/field-schema.ts';
import type { Mapper, MapResult } from '../core/domain/mapper.ts';
import type { SourceRecord } from '../core/domain/record.ts';
import type { AccountMetadata } from '../core/domain/source.ts';
import { countryOf } from '../core/records/countries.ts';
import { compileRules, type RuleResult } from './apply-rules.ts';
import { createFieldCounts } from './field-counts.ts';
import { recordCountry } from './liquid/liquid.ts';
import { type ConfiguredFunction, callMapper, fieldsOf } from './mapper-function.ts';
import {
  type BuiltInMapping,
  configuredRules,
  hashOf,
  type MappingConfig,
  type NamedRule,
  type RecordData,
  type Values,
} from './mapping.ts';
import { type OrganizationsConfig, organizationFieldRules } from './organizations.ts';
import { type RecordScope, scopeOf } from './record-scope.ts';
import { withPlace } from './rule-failure.ts';
import { cleanName, textOf } from './text.ts';
import { toPayload } from './to-payload.ts';

export interface MapperOptions {
  readonly builtIn: BuiltInMapping | undefined;
  readonly mapping: MappingConfig;
  /** Rules, or whether the built-in mapping's own hold. Absent: as the built-in mapping has it. */
  readonly organizations?: OrganizationsConfig | undefined;
  /** A Liquid condition; records for which it is false are skipped. */
  readonly filter: string | undefined;
  readonly connector: string;
  readonly account: string;
  readonly facts: AccountMetadata;
  readonly invalidEmail: 'reject' | 'drop';
  /** What the destination's fields take. Without it, values go as they are. */
  readonly coercer?: FieldCoercer;
  /** Maps in code what the rules have made of a record. */
  readonly custom?: ConfiguredFunction | undefined;
  /** Where a rule stands, such as `rolodesk.yaml:12`. Undefined for one that stands in no file. */
  readonly placeOf?: (configPath: readonly PropertyKey[]) => string | undefined;
}

export interface ZendeskMapper {
  readonly map: Mapper<RecordData, ZendeskUser>;
  /** Name and address as the mapping finds them, before they are checked: empty, or several, or no address at all. */
  found(record: SourceRecord<RecordData>): { readonly name: string; readonly email: string };
  /** What people call a record, as the mapping finds it. Empty where it has no name. */
  nameOf(record: SourceRecord<RecordData>): string;
  /** Paths and look-ups that hit nothing in all the records mapped so far. */
  unmatchedRules(): readonly string[];
  /** Fields that records had something for that does not fit, with how many there were. */
  omitted(): readonly string[];
  /** Fields with values that only the destination can check, with how many there were. */
  unchecked(): readonly string[];
  /** Flat names of the fields it sets, sorted. */
  readonly fields: readonly string[];
  /** Changes whenever the same record might map to something else. */
  readonly fingerprint: string;
}

/** Raised when the same rules make something else of the same record: everything is then read again. */
const version = 2;

/** Puts the built-in mapping and the configured one together: configured keys take the place of the built-in's. */
export function createMapper(options: MapperOptions): ZendeskMapper {
  const { builtIn, mapping, organizations, custom } = options;
  const { placeOf = () => undefined } = options;
  const country = options.facts.country === undefined ? undefined : countryOf(options.facts.country, 'alpha2');
  const rules = compileRules({ ...options, placeOf }, country);
  const places = placesOf(options);
  const fields = fieldsOf({ builtIn, mapping, organizations, custom });
  const omitted = createFieldCounts('was left out');
  const unchecked = createFieldCounts('went unchecked');
  let mapped = 0;

  function map(record: SourceRecord<RecordData>): MapResult<ZendeskUser> {
    if (record.fault) return { kind: 'reject', ...record.fault };
    const skip = builtIn?.skip(record.data);
    if (skip) return { kind: 'skip', ...skip };
    const scope = scopeOf(record, options, country);
    const passed = rules.passes(scope);
    if ('kind' in passed) return passed;
    if (!passed.value)
      return { kind: 'skip', reason: 'filter', message: 'The filter of the configuration left it out.' };
    mapped += 1;
    const byRules = rules.apply(record, scope);
    return 'kind' in byRules ? byRules : finish(record, byRules, scope);
  }

  /** Calls the mapper function, if there is one, and makes what comes of it fit. */
  function finish(record: SourceRecord<RecordData>, byRules: RuleResult, scope: RecordScope): MapResult<ZendeskUser> {
    const result = custom ? callMapper(custom, record, byRules.values) : byRules;
    if ('kind' in result) return result;
    const payload = toPayload(result.values, {
      ...options,
      key: record.key,
      country: scope[recordCountry],
      keepsPhone: builtIn?.keepsUnparsedPhones === true && mapping.phone === undefined && !custom,
      placeOf: (target) => (custom ? `mapper in ${custom.place}` : places.get(target)),
    });
    if (payload.kind !== 'payload') return payload;
    const left = [...byRules.omitted, ...(payload.omitted ?? [])];
    for (const field of left) omitted.add(record.key, field);
    for (const field of payload.unchecked ?? []) unchecked.add(record.key, field);
    return left.length > 0 ? { ...payload, omitted: left } : payload;
  }

  function found(record: SourceRecord<RecordData>): { readonly name: string; readonly email: string } {
    const byRules = rules.apply(record, scopeOf(record, options, country));
    const { name, email }: Values = 'values' in byRules ? byRules.values : {};
    return { name: cleanName(textOf(name)) ?? '', email: textOf(email) ?? '' };
  }

  const placed = (target: string): string => withPlace(target, custom?.place ?? places.get(target));

  return {
    map,
    found,
    nameOf: (record) => found(record).name,
    unmatchedRules: () =>
      mapped === 0 ? [] : rules.unmatched().map((rule) => describeUnmatched(rule, placeOf(rule.configPath), mapped)),
    omitted: () => omitted.describe(placed),
    unchecked: () => unchecked.describe(placed),
    fields,
    fingerprint: fingerprintOf(options, fields),
  };
}

/** Target → where its rule stands. */
function placesOf({
  mapping,
  organizations,
  placeOf = () => undefined,
}: MapperOptions): ReadonlyMap<string, string | undefined> {
  const targets = [...configuredRules(mapping), ...organizationFieldRules(organizations)];
  return new Map(targets.map(({ target, configPath }) => [target, placeOf(configPath)]));
}

function describeUnmatched({ target, rule }: NamedRule, place: string | undefined, mapped: number): string {
  const paths = rule.paths.map((path) => path.join('.')).join(', ');
  const customers = mapped === 1 ? 'the only customer' : `all ${mapped} customers`;
  return `${withPlace(`mapping.${target}`, place)}: ${paths} was empty in ${customers}.`;
}

function fingerprintOf(options: MapperOptions, fields: readonly string[]): string {
  const { builtIn, mapping, organizations, filter, connector, account, facts, invalidEmail, coercer, custom } = options;
  return hashOf([
    version,
    builtIn?.version,
    mapping,
    organizations,
    filter,
    connector,
    account,
    facts,
    invalidEmail,
    coercer?.fingerprint(fields),
    custom?.content,
  ]);
}
