import type { Liquid } from 'liquidjs';
import type { FieldCoercer } from '../core/domain/field-schema.ts';
import type { OmittedField } from '../core/domain/mapper.ts';
import type { SourceRecord } from '../core/domain/record.ts';
import { createLiquid, recordCountry } from './liquid/liquid.ts';
import {
  type BuiltInMapping,
  compileMapping,
  type MappingConfig,
  type NamedRule,
  type RecordData,
  type Values,
} from './mapping.ts';
import {
  compileOrganizations,
  type OrganizationsConfig,
  type OrganizationsOf,
  type RuleReader,
} from './organizations.ts';
import type { RecordScope } from './record-scope.ts';
import { attempt, type Rejected, ruleFailed, withPlace } from './rule-failure.ts';
import { condition } from './rules.ts';
import { textsOf } from './text.ts';

export interface RuleOptions {
  readonly builtIn: BuiltInMapping | undefined;
  readonly mapping: MappingConfig;
  readonly organizations?: OrganizationsConfig | undefined;
  readonly filter: string | undefined;
  readonly connector: string;
  readonly account: string;
  readonly coercer?: FieldCoercer;
  readonly placeOf: (configPath: readonly PropertyKey[]) => string | undefined;
}

/** What the rules make of a record, before it is made to fit, with what they left out. */
export type RuleResult = { readonly values: Values; readonly omitted: readonly OmittedField[] };

/** Targets whose rules add up to a list. */
const multiValueTargets = ['tags', 'emails', 'phones'] as const;

/** Compiles the rules of the configuration, over those of the built-in mapping. Throws for Liquid that does not parse. */
export function compileRules(options: RuleOptions, country: string | undefined) {
  const { mapping, filter, placeOf } = options;
  const emptied: string[] = [];
  const liquid = createLiquid({ country, onNothing: (name) => emptied.push(name) });
  const rules = compileMapping(mapping, liquid);
  const filterCondition = filter === undefined ? undefined : condition(filter, liquid);
  const organizationsOf = organizationsIn(options, liquid);
  const builtInValues = createBuiltInValues(options, new Set(rules.map(({ target }) => target)));
  const unmatched = new Set(rules.filter(({ rule }) => rule.warnIfUnmatched));

  /** Notes in `omitted` what rules leave out. */
  function createReader(omitted: OmittedField[]): RuleReader {
    return {
      read(target, rule, scope) {
        emptied.length = 0;
        const value = rule.value(scope);
        const [name] = emptied;
        if (name !== undefined && isNothing(value))
          omitted.push({ target, why: `the filter ${name} returned nothing for the value.` });
        return value;
      },
      leaveOut: (target, why) => void omitted.push({ target, why }),
    };
  }

  return {
    /** Rules that have found nothing in any record so far. */
    unmatched: (): readonly NamedRule[] => [...unmatched],
    /** Whether the filter lets the record through. */
    passes(scope: RecordScope): { readonly value: boolean } | Rejected {
      const result = attempt(() => filterCondition?.holds(scope) ?? true);
      return 'error' in result ? ruleFailed(withPlace('filter', placeOf(['filter'])), result.error) : result;
    },
    apply({ data }: SourceRecord<RecordData>, scope: RecordScope): RuleResult | Rejected {
      const omitted: OmittedField[] = [];
      const reader = createReader(omitted);
      const values: Record<string, Values[string]> = builtInValues(data, scope, omitted);
      for (const target of multiValueTargets) if (mapping[target] !== undefined) values[target] = [];
      for (const named of rules) {
        const { target, rule, configPath } = named;
        const found = attempt(() => reader.read(target, rule, scope));
        if ('error' in found) return ruleFailed(withPlace(target, placeOf(configPath)), found.error);
        if (found.value !== undefined) unmatched.delete(named);
        values[target] = isMultiValue(target) ? [...textsOf(values[target]), ...textsOf(found.value)] : found.value;
      }
      if (!organizationsOf) return { values, omitted };
      const found = attempt(() => organizationsOf(scope, reader));
      if ('error' in found) return ruleFailed(withPlace('organizations', placeOf(['organizations'])), found.error);
      return { values: { ...values, organizations: [...found.value] }, omitted };
    },
  };
}

/**
 * Values by the built-in mapping. It can't know which custom fields the destination has: one that is missing there is no
 * fault of the record, and is left out unless a rule names it.
 */
function createBuiltInValues({ builtIn, coercer }: RuleOptions, ruledTargets: ReadonlySet<string>) {
  const reasons = new Map<string, string | undefined>();
  const missingFieldReason = (target: string): string | undefined => {
    if (!reasons.has(target))
      reasons.set(target, ruledTargets.has(target) ? undefined : coercer?.missingFieldReason(target));
    return reasons.get(target);
  };

  return (data: RecordData, scope: RecordScope, omitted: OmittedField[]): Values => {
    const present = Object.entries(builtIn?.map(data, scope[recordCountry]) ?? {}).filter(([target, value]) => {
      const why = missingFieldReason(target);
      if (why !== undefined && !isNothing(value)) omitted.push({ target, why });
      return why === undefined;
    });
    return Object.fromEntries(present);
  };
}

/** Undefined where Rolodesk puts users into no organization. */
function organizationsIn(
  { builtIn, organizations: configured, connector, account }: RuleOptions,
  liquid: Liquid,
): OrganizationsOf | undefined {
  const own = builtIn?.organizations;
  const chosen = configured ?? own?.enabledByDefault ?? false;
  if (chosen === false) return undefined;
  return chosen === true ? (data) => own?.of(data, { connector, account }) ?? [] : compileOrganizations(chosen, liquid);
}

function isMultiValue(target: string): boolean {
  return multiValueTargets.some((one) => one === target);
}

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
