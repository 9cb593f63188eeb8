import type { FieldCoercer } from '../core/domain/field-schema.ts';
import type { Json } from '../core/domain/json.ts';
import { configuredRules, type MappingConfig } from './mapping.ts';
import { type OrganizationsConfig, organizationFieldRules } from './organizations.ts';
import type { RuleConfig } from './rule-config.ts';

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Fields that the destination lacks, and values in the configuration itself that its fields do not take. */
export function validateFields(
  mapping: MappingConfig,
  organizations: OrganizationsConfig | undefined,
  coercer: FieldCoercer,
): readonly Problem[] {
  return [...configuredRules(mapping), ...organizationFieldRules(organizations)].flatMap(
    ({ target, configPath, config }) => {
      // A tag that is left to a field is reported in the run's warnings: the mapping may well be older than the field.
      if (target === 'tags') return [];
      const missing = coercer.missingFieldReason(target);
      if (missing !== undefined) return [{ path: configPath, message: missing }];
      return constantsOf(config).flatMap(({ path, value }): readonly Problem[] => {
        const coerced = coercer.coerce(target, value);
        if (coerced.kind === 'fits') return [];
        return [{ path: [...configPath, ...path], message: `${JSON.stringify(value)}: ${coerced.why}` }];
      });
    },
  );
}

/** What a filter would make of a value is known only with a record. */
function constantsOf(config: RuleConfig): readonly { readonly path: readonly PropertyKey[]; readonly value: Json }[] {
  if (typeof config === 'string') return [];
  if ('const' in config) return present(['const'], config.const);
  if (config.transform !== undefined) return [];
  const names = Object.entries(config.lookup ?? {}).flatMap(([name, value]) => present(['lookup', name], value));
  return [...names, ...present(['default'], config.default)];
}

function present(path: readonly PropertyKey[], value: Json | undefined) {
  return value === undefined || value === null || value === '' ? [] : [{ path, value }];
}
