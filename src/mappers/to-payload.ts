import type { ZendeskUser } from '../connectors/zendesk/user.ts';
import { defined } from '../core/defined.ts';
import type { CoercionResult, FieldCoercer } from '../core/domain/field-schema.ts';
import type { Json } from '../core/domain/json.ts';
import type { MapResult, OmittedField } from '../core/domain/mapper.ts';
import { readContacts } from './contacts.ts';
import type { MappingConfig, Values } from './mapping.ts';
import { toOrganizations } from './organizations.ts';
import { cleanName, textOf, textsOf, toTag, withoutControls } from './text.ts';

interface PayloadOptions {
  readonly key: string;
  readonly connector: string;
  readonly account: string;
  /** Where the customer's phone numbers are read that have no country code. */
  readonly country: string | undefined;
  readonly mapping: MappingConfig;
  readonly invalidEmail: 'reject' | 'drop';
  readonly coercer?: FieldCoercer;
  /** A number that can't be written in E.164 goes as it is. */
  readonly keepsPhone: boolean;
  /** Where the rule of a target stands. */
  placeOf(target: string): string | undefined;
}

interface InvalidValue {
  readonly target: string;
  readonly why: string;
  readonly value: Json;
}

const textTargets = ['alias', 'details', 'notes', 'time_zone', 'locale', 'remote_photo_url'] as const;
const customPrefix = 'user_fields.';

/** What was mapped, made to fit Zendesk. Everything that does not fit is named at once, before anything is written. */
export function toPayload(values: Values, options: PayloadOptions): MapResult<ZendeskUser> {
  const { mapping } = options;
  const name = cleanName(typeof values.name === 'string' ? values.name : textOf(values.name));
  if (name === undefined) return { kind: 'skip', reason: 'no-name', message: 'The customer has no name.' };
  const contacts = readContacts(values, options);
  if ('kind' in contacts) return contacts;
  const { email, emails, phone, phones } = contacts;
  const externalId = textOf(values.external_id) ?? `${options.connector}:${options.account}:${options.key}`;
  const organization = values.organization_id;
  const coercer = createCoercer(options.coercer);
  const texts = Object.fromEntries(
    textTargets.flatMap((target) => coercer.coerce(target, textOf(values[target])).map((value) => [target, value])),
  );
  const custom = Object.fromEntries(
    Object.entries(values).flatMap(([target, value]) =>
      target.startsWith(customPrefix)
        ? coercer.coerce(target, omitEmpty(value)).map((coerced) => [target.slice(customPrefix.length), coerced])
        : [],
    ),
  );
  const tags = [...new Set(textsOf(values.tags).map(toTag))].filter((tag) => tag !== '').sort();
  const ownTags = tags.flatMap((tag) => coercer.coerce('tags', tag)).map(String);
  const organizations = Array.isArray(values.organizations)
    ? toOrganizations(values.organizations, { ...options, coerceField: coercer.fitKnown, leaveOut: coercer.leaveOut })
    : undefined;
  if (coercer.invalidValues.length > 0) return invalidValue(coercer.invalidValues, options.placeOf);
  const payload: ZendeskUser = {
    external_id: externalId.toWellFormed().toLowerCase(),
    name,
    ...defined({ email, phone }),
    ...texts,
    ...defined({ role: mapping.role }),
    ...(typeof organization === 'number' && { organization_id: organization }),
    ...defined({ organizations }),
    ...(isTrue(values.suspended) && { suspended: true }),
    ...('emails' in values && { emails }),
    ...('phones' in values && { phones }),
    ...('tags' in values && { tags: ownTags }),
    ...(Object.keys(custom).length > 0 && { user_fields: custom }),
    skip_verify_email: mapping.skip_verify_email ?? true,
    ...defined({ verified: mapping.verified }),
  };
  const omitted = [...contacts.omitted, ...unusable(values), ...coercer.omitted];
  const { unchecked } = coercer;
  return {
    kind: 'payload',
    payload,
    ...(omitted.length > 0 && { omitted }),
    ...(unchecked.length > 0 && { unchecked }),
  };
}

function isTrue(value: Values[string]): boolean {
  return value === true || value === 'true';
}

/** Values of a type that their fields can't take. */
function unusable(values: Values): readonly OmittedField[] {
  const texts = [...textTargets, 'email', 'phone', 'external_id'].flatMap((target) =>
    isCompound(values[target]) ? [{ target, why: 'the value is a list or an object, and text is expected.' }] : [],
  );
  const organization = values.organization_id;
  const isOdd = organization !== undefined && organization !== null && typeof organization !== 'number';
  const why = 'the value is not a number.';
  return isOdd && organization !== '' ? [...texts, { target: 'organization_id', why }] : texts;
}

function isCompound(value: Values[string]): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' && value !== null;
}

/** Fits values one by one: none or one comes out. */
function createCoercer(coercer: FieldCoercer | undefined) {
  const invalidValues: InvalidValue[] = [];
  const omitted: OmittedField[] = [];
  const unchecked: OmittedField[] = [];

  function leaveOut(target: string, why: string): void {
    omitted.push({ target, why });
  }

  function fitOne(target: string, value: Json | undefined): readonly Json[] {
    if (value === undefined) return [];
    const coerced: CoercionResult = coercer?.coerce(target, value) ?? { kind: 'fits', value };
    switch (coerced.kind) {
      case 'fits':
        if (coerced.unchecked !== undefined) unchecked.push({ target, why: coerced.unchecked });
        return [coerced.value];
      case 'refused':
        invalidValues.push({ target, value, why: coerced.why });
        return [];
      case 'omitted':
        leaveOut(target, coerced.why);
        return [];
      default:
        return coerced satisfies never;
    }
  }

  /** A field that the destination lacks is left out. One that the configuration names is refused before the run. */
  function fitKnown(target: string, value: Json): readonly Json[] {
    const why = coercer?.missingFieldReason(target);
    if (why === undefined) return fitOne(target, value);
    leaveOut(target, why);
    return [];
  }

  return { invalidValues, omitted, unchecked, leaveOut, coerce: fitOne, fitKnown };
}

function invalidValue(invalidValues: readonly InvalidValue[], placeOf: PayloadOptions['placeOf']): MapResult<never> {
  const message = invalidValues.map(({ target, why }) => {
    const place = placeOf(target);
    return `${target}${place === undefined ? '' : ` (${place})`}: ${why}`;
  });
  const found = invalidValues.map(({ target, value }) => `${target} is ${JSON.stringify(value)}`);
  return { kind: 'reject', code: 'invalid-field', message: message.join(' '), detail: `Found: ${found.join('; ')}.` };
}

/** Nothing, an empty text and an empty list are absent. */
function omitEmpty(value: Values[string]): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') {
    const text = withoutControls(value).toWellFormed();
    return text.trim() === '' ? undefined : text;
  }
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}
