import type { Liquid } from 'liquidjs';
import type { ZendeskUser } from '../connectors/zendesk/user.ts';
import type { FieldCoercer } from '../core/domain/field-schema.ts';
import type { Mapper, MapResult, OmittedField } from '../core/domain/mapper.ts';
import type { SourceRecord } from '../core/domain/record.ts';
import type { AccountMetadata } from '../core/domain/source.ts';
import { countryOf } from '../core/records/countries.ts';
import { createFieldCounts } from './field-counts.ts';
import { createLiquid, recordCountry } from './liquid/liquid.ts';
import { type ConfiguredFunction, callMapper, fieldsOf } from './mapper-function.ts';
import {
  type BuiltInMapping,
  compileMapping,
  hashOf,
  type MappingConfig,
  type NamedRule,
  type RecordData,
  type Values,
} from './mapping.ts';
import {
  compileOrganizations,
  type OrganizationsConfig,
  type OrganizationsOf,
  organizationFieldRules,
  type RuleReader,
} from './organizations.ts';
import { condition, type Scope } from './rules.ts';
import { cleanName, textOf, textsOf } from './text.ts';
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
  /** Where a rule stands, such as `rolodesk.yaml:12`. Undefined for one that stands in no file. */
  /** Maps in code what the rules have made of a record. */
  readonly custom?: ConfiguredFunction | undefined;
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
  const { builtIn, mapping, organizations, filter, connector, account, facts, coercer, custom } = options;
  const { placeOf = () => undefined } = options;
  const country = facts.country === undefined ? undefined : countryOf(facts.country, 'alpha2');
  const emptied: string[] = [];
  const liquid = createLiquid({ country, onNothing: (filter) => emptied.push(filter) });
  const rules = compileMapping(mapping, liquid);
  const passes = filter === undefined ? undefined : condition(filter, liquid);
  const targets = [...rules, ...organizationFieldRules(organizations)];
  const places = new Map(targets.map(({ target, configPath }) => [target, placeOf(configPath)]));
  const ruled = new Set(rules.map(({ target }) => target));
  const missingFieldReason = new Map<string, string | undefined>();
  const fields = fieldsOf({ builtIn, mapping, organizations, custom });
  const organizationsOf = organizationsIn(options, liquid);
  const unmatched = new Set(rules.filter(({ rule }) => rule.warnIfUnmatched));
  const omitted = createFieldCounts('was left out');
  const unchecked = createFieldCounts('went unchecked');
  let mapped = 0;

  function map(record: SourceRecord<RecordData>): MapResult<ZendeskUser> {
    if (record.fault) return { kind: 'reject', ...record.fault };
    const skip = builtIn?.skip(record.data);
    if (skip) return { kind: 'skip', ...skip };
    const scope = scopeOf(record);
    const passed = attempt(() => passes?.holds(scope) ?? true);
    if ('error' in passed) return failed(nameOf('filter', placeOf(['filter'])), passed.error);
    if (!passed.value)
      return { kind: 'skip', reason: 'filter', message: 'The filter of the configuration left it out.' };
    mapped += 1;
    const ruled = valuesOf(record, scope);
    const values = custom && !('kind' in ruled) ? callMapper(custom, record, ruled.values) : ruled;
    if ('kind' in values) return values;
    const result = toPayload(values.values, {
      ...options,
      key: record.key,
      country: scope[recordCountry],
      keepsPhone: builtIn?.keepsUnparsedPhones === true && mapping.phone === undefined && !custom,
      placeOf: (target) => (custom ? `mapper in ${custom.place}` : places.get(target)),
    });
    if (result.kind !== 'payload') return result;
    const left = [...('omitted' in ruled ? ruled.omitted : []), ...(result.omitted ?? [])];
    for (const one of left) omitted.add(record.key, one);
    for (const one of result.unchecked ?? []) unchecked.add(record.key, one);
    return left.length > 0 ? { ...result, omitted: left } : result;
  }

  /** A record's own country goes before the account's. One that nobody can read is no country: its numbers are not guessed. */
  function scopeOf({ key, data }: SourceRecord<RecordData>): RecordScope {
    const own = builtIn?.country?.(data)?.trim() ?? '';
    return {
      ...data,
      connector,
      account,
      key,
      [recordCountry]: own === '' ? country : (countryOf(own, 'alpha2') ?? own),
    };
  }

  function lackOf(target: string): string | undefined {
    if (!missingFieldReason.has(target))
      missingFieldReason.set(target, ruled.has(target) ? undefined : coercer?.missingFieldReason(target));
    return missingFieldReason.get(target);
  }

  /** By the built-in mapping. It can't know which custom fields the destination has: one that is lacking is no fault of the record. */
  function ownValues({ data }: SourceRecord<RecordData>, scope: RecordScope, left: OmittedField[]) {
    const present = Object.entries(builtIn?.map(data, scope[recordCountry]) ?? {}).filter(([target, value]) => {
      const why = lackOf(target);
      if (why !== undefined && !isNothing(value)) left.push({ target, why });
      return why === undefined;
    });
    return Object.fromEntries(present);
  }

  /** Notes what rules leave out in `left`. */
  function readerOf(left: OmittedField[]): RuleReader {
    return {
      read(target, rule, scope) {
        emptied.length = 0;
        const value = rule.value(scope);
        const [filter] = emptied;
        if (filter !== undefined && isNothing(value))
          left.push({ target, why: `the filter ${filter} returned nothing for the value.` });
        return value;
      },
      leaveOut: (target, why) => void left.push({ target, why }),
    };
  }

  function valuesOf(record: SourceRecord<RecordData>, scope: RecordScope): Ruled | Rejected {
    const left: OmittedField[] = [];
    const reader = readerOf(left);
    const values: Record<string, Values[string]> = ownValues(record, scope, left);
    for (const target of multiValueTargets) if (mapping[target] !== undefined) values[target] = [];
    for (const named of rules) {
      const found = attempt(() => reader.read(named.target, named.rule, scope));
      if ('error' in found) return failed(nameOf(named.target, placeOf(named.configPath)), found.error);
      if (found.value !== undefined) unmatched.delete(named);
      if (isMultiValue(named.target))
        values[named.target] = [...textsOf(values[named.target]), ...textsOf(found.value)];
      else values[named.target] = found.value;
    }
    if (!organizationsOf) return { values, omitted: left };
    const found = attempt(() => organizationsOf(scope, reader));
    if ('error' in found) return failed(nameOf('organizations', placeOf(['organizations'])), found.error);
    return { values: { ...values, organizations: [...found.value] }, omitted: left };
  }

  function missed({ target, rule, configPath }: NamedRule): string {
    const paths = rule.paths.map((path) => path.join('.')).join(', ');
    const place = placeOf(configPath);
    const where = place === undefined ? '' : ` (${place})`;
    return `mapping.${target}${where}: ${paths} was empty in ${mapped === 1 ? 'the only customer' : `all ${mapped} customers`}.`;
  }

  function found(record: SourceRecord<RecordData>): { readonly name: string; readonly email: string } {
    const ruled = valuesOf(record, scopeOf(record));
    const { name, email }: Values = 'values' in ruled ? ruled.values : {};
    return { name: cleanName(textOf(name)) ?? '', email: textOf(email) ?? '' };
  }

  function placed(target: string): string {
    return nameOf(target, custom?.place ?? places.get(target));
  }

  return {
    map,
    found,
    nameOf: (record) => found(record).name,
    unmatchedRules: () => (mapped === 0 ? [] : [...unmatched].map(missed)),
    omitted: () => omitted.describe(placed),
    unchecked: () => unchecked.describe(placed),
    fields,
    fingerprint: hashOf([
      version,
      builtIn?.version,
      mapping,
      organizations,
      filter,
      connector,
      account,
      facts,
      options.invalidEmail,
      coercer?.fingerprint(fields),
      custom?.content,
    ]),
  };
}

type RecordScope = Scope & { readonly [recordCountry]: string | undefined };
type Ruled = { readonly values: Values; readonly omitted: readonly OmittedField[] };
type Rejected = Extract<MapResult<never>, { readonly kind: 'reject' }>;

/** A box that is not ticked says as much as a field that is not there. */
function isNothing(value: Values[string]): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** Undefined where users are in no organization by us. */
function organizationsIn(
  {
    builtIn,
    organizations: configured,
    ...from
  }: Pick<MapperOptions, 'builtIn' | 'organizations' | 'connector' | 'account'>,
  liquid: Liquid,
): OrganizationsOf | undefined {
  const own = builtIn?.organizations;
  const chosen = configured ?? own?.enabledByDefault ?? false;
  if (chosen === false) return undefined;
  return chosen === true ? (data) => own?.of(data, from) ?? [] : compileOrganizations(chosen, liquid);
}

/** Targets whose rules add up to a list. */
const multiValueTargets = ['tags', 'emails', 'phones'] as const;

function isMultiValue(target: string): boolean {
  return multiValueTargets.some((one) => one === target);
}

/** What a rule of the configuration comes to on this record. Its failing is the record's affair, not the run's. */
function attempt<T>(work: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

/** Liquid's message may show what it choked on. */
function failed(what: string, error: unknown): Rejected {
  const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return { kind: 'reject', code: 'mapping-failed', message: `${what}: the rule fails on this customer.`, detail };
}

function nameOf(target: string, place: string | undefined): string {
  return place === undefined ? target : `${target} (${place})`;
}
