import { nearest } from '../../core/config/nearest.ts';
import type { CustomField, DestinationFacts, Fitted, Fitting, Json } from '../../core/contracts.ts';
import { zendeskTimeZone } from './time-zones/time-zone.ts';
import { anyField, customPrefix, tagsOfFields } from './user-fields/definitions.ts';
import { fitValue } from './user-fields/fit-value.ts';

/**
 * Without facts, which is before Zendesk was asked for the first time, only the fields that the configuration declares are
 * judged, by what it says of them.
 */
export function createFitting(facts: DestinationFacts | undefined, declared: readonly CustomField[] = []): Fitting {
  const fields = new Map((facts?.fields ?? declared).map((field) => [field.key, field]));
  const owned = tagsOfFields([...fields.values()]);

  function lacks(target: string): string | undefined {
    const key = target.startsWith(customPrefix) ? target.slice(customPrefix.length) : undefined;
    if (key === undefined || facts === undefined || fields.has(key)) return undefined;
    if (declared.some((field) => field.key === key))
      return 'Zendesk has no user field with this key yet. It is declared under fields: rolodesk fields apply makes it.';
    const near = nearest(key, [...fields.keys()]);
    const known = fields.size === 0 ? 'It has none' : `It has: ${[...fields.keys()].join(', ')}`;
    return `Zendesk has no user field with this key. ${near === undefined ? `${known}.` : `Did you mean "${near}"?`}`;
  }

  function fitField(target: string, value: Json): Fitted {
    const field = fields.get(target.slice(customPrefix.length));
    if (field) return fitValue(field, value);
    const missing = lacks(target);
    return missing === undefined ? { kind: 'fits', value } : { kind: 'refused', why: missing };
  }

  return {
    fit(target, value) {
      if (target.startsWith(customPrefix)) return fitField(target, value);
      if (typeof value !== 'string') return { kind: 'fits', value };
      switch (target) {
        case 'time_zone':
          return or(zendeskTimeZone(value), 'not a time zone that Zendesk has a name for.');
        case 'locale':
          return fitLocale(value, facts?.locales);
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
    lacks,
    fingerprint: (targets) =>
      targets.flatMap((target): Json[] => {
        // Any key may be set: a field that Zendesk has got since is filled by whoever has something for it.
        if (target === customPrefix + anyField) return [...fields.values()].map(fingerprintOf);
        const field = target.startsWith(customPrefix) ? fields.get(target.slice(customPrefix.length)) : undefined;
        if (field) return [fingerprintOf(field)];
        return target === 'locale' ? [[...(facts?.locales ?? [])]] : [];
      }),
  };
}

/** A tag of BCP 47, as the account has it: in its own spelling, or else the language without the region. */
function fitLocale(value: string, locales: readonly string[] | undefined): Fitted {
  const wanted = canonicalLocale(value);
  if (wanted === undefined) return { kind: 'left-out', why: 'not a locale such as en-US or de.' };
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

function or(value: string | undefined, why: string): Fitted {
  return value === undefined ? { kind: 'left-out', why } : { kind: 'fits', value };
}

function fingerprintOf({ key, type, options = [], regexp }: CustomField): Json {
  return [key, type, regexp ?? null, ...options.map(({ value, label }) => [value, label])];
}
