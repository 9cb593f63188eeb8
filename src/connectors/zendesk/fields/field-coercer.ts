import { closestMatch } from '../../../core/config/closest-match.ts';
import type {
  CoercionResult,
  CustomField,
  DestinationSchema,
  FieldCoercer,
} from '../../../core/domain/field-schema.ts';
import type { Json } from '../../../core/domain/json.ts';
import { coerceFieldValue } from './coerce-value.ts';
import { anyField, customPrefix, organizationPrefix, tagsOfFields } from './definitions.ts';
import { zendeskTimeZone } from './time-zones/time-zone.ts';

const owners = [
  { prefix: customPrefix, noun: 'user field', block: 'fields', list: 'fields' },
  {
    prefix: organizationPrefix,
    noun: 'organization field',
    block: 'organizationFields',
    list: 'organizationFields',
  },
] as const;

/**
 * Without facts, which is before Zendesk was asked for the first time, only the fields that the configuration declares are
 * checked, by what it says of them.
 */
export function createFieldCoercer(
  facts: DestinationSchema | undefined,
  declared: Omit<DestinationSchema, 'locales'> = { fields: [] },
): FieldCoercer {
  const families = owners.map((owner) => createFamily(owner, facts?.[owner.list], declared[owner.list] ?? []));
  const owned = tagsOfFields([...(families[0]?.fields.values() ?? [])]);
  const externalIdPrefix = (target: string) => families.find(({ prefix }) => target.startsWith(prefix));

  return {
    coerce(target, value) {
      const family = externalIdPrefix(target);
      if (family) return family.coerce(target.slice(family.prefix.length), value);
      if (typeof value !== 'string') return { kind: 'fits', value };
      switch (target) {
        case 'time_zone':
          return or(zendeskTimeZone(value), 'not a time zone that Zendesk has a name for.');
        case 'locale':
          return coerceLocale(value, facts?.locales);
        case 'remote_photo_url':
          return or(isWebAddress(value) ? value : undefined, 'not the http or https address of a picture.');
        case 'tags':
          return or(
            owned.has(value) ? undefined : value,
            'a tag that a custom field sets. It is left to the field: set that instead.',
          );
        default:
          return { kind: 'fits', value };
      }
    },
    missingFieldReason(target) {
      const family = externalIdPrefix(target);
      return family?.missingFieldReason(target.slice(family.prefix.length));
    },
    fingerprint: (targets) =>
      targets.flatMap((target): Json[] => {
        // Any key may be set: a field that was created in Zendesk since is filled by the records that have a value for it.
        if (target === customPrefix + anyField) return [...(families[0]?.fields.values() ?? [])].map(fingerprintOf);
        if (target === 'organizations') return [...(families[1]?.fields.values() ?? [])].map(fingerprintOf);
        const family = externalIdPrefix(target);
        const field = family?.fields.get(target.slice(family.prefix.length));
        if (field) return [fingerprintOf(field)];
        return target === 'locale' ? [[...(facts?.locales ?? [])]] : [];
      }),
  };
}

/** The custom fields of users, or those of organizations. */
function createFamily(
  { prefix, noun, block }: (typeof owners)[number],
  known: readonly CustomField[] | undefined,
  declared: readonly CustomField[],
) {
  const fields = new Map((known ?? declared).map((field) => [field.key, field]));

  function missingFieldReason(key: string): string | undefined {
    if (known === undefined || fields.has(key)) return undefined;
    if (declared.some((field) => field.key === key))
      return `Zendesk has no ${noun} with this key yet. It is declared under ${block}: apply the fields to make it.`;
    const near = closestMatch(key, [...fields.keys()]);
    const all = fields.size === 0 ? 'It has none' : `It has: ${[...fields.keys()].join(', ')}`;
    return `Zendesk has no ${noun} with this key. ${near === undefined ? `${all}.` : `Did you mean "${near}"?`}`;
  }

  function coerce(key: string, value: Json): CoercionResult {
    const field = fields.get(key);
    if (field) return coerceFieldValue(field, value);
    const missing = missingFieldReason(key);
    return missing === undefined ? { kind: 'fits', value } : { kind: 'refused', why: missing };
  }

  return { prefix, fields, missingFieldReason, coerce };
}

/** A tag of BCP 47, as the account has it: in its own spelling, or else the language without the region. */
function coerceLocale(value: string, locales: readonly string[] | undefined): CoercionResult {
  const wanted = canonicalLocale(value);
  if (wanted === undefined) return { kind: 'omitted', why: 'not a locale such as en-US or de.' };
  if (locales === undefined) return { kind: 'fits', value: wanted };
  const [language = ''] = wanted.split('-');
  const found = [wanted, language].flatMap(
    (name) => locales.find((locale) => locale.toLowerCase() === name.toLowerCase()) ?? [],
  );
  return or(found[0], `not a locale of this Zendesk account. It has: ${locales.join(', ')}.`);
}

function canonicalLocale(value: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(value.trim().replaceAll('_', '-'))[0];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isWebAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function or(value: string | undefined, why: string): CoercionResult {
  return value === undefined ? { kind: 'omitted', why } : { kind: 'fits', value };
}

function fingerprintOf({ key, type, options = [], regexp }: CustomField): Json {
  return [key, type, regexp ?? null, ...options.map(({ value, label }) => [value, label])];
}
