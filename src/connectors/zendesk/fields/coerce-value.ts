import type { CoercionResult, CustomField } from '../../../core/domain/field-schema.ts';
import type { Json } from '../../../core/domain/json.ts';
import { maxDecimalDigits } from '../limits.ts';
import { testWithinTime } from './bounded-test.ts';
import { coerceOption, coerceOptions } from './coerce-option.ts';
import { type RubyRegexp, readRubyRegexp } from './ruby-regexp.ts';

const truths = new Set(['true', 'yes', 'y', 'on', '1', 't']);
const untruths = new Set(['false', 'no', 'n', 'off', '0', 'f']);

/** Makes a value what a custom field of this type takes (reference: custom field values), or says what it takes. */
export function coerceFieldValue(field: CustomField, value: Json): CoercionResult {
  switch (field.type) {
    case 'text':
    case 'textarea':
      return coerceText(value);
    case 'checkbox':
      return coerceCheckbox(value);
    case 'integer':
      return coerceInteger(value);
    case 'decimal':
      return coerceDecimal(value);
    case 'date':
      return coerceDate(value);
    case 'dropdown':
    case 'tagger': {
      const text = textOf(value);
      return text === undefined ? refused('expected one option.') : coerceOption(text, field.options ?? []);
    }
    case 'multiselect': {
      const texts = textsOf(value);
      return texts === undefined ? refused('expected a list of options.') : coerceOptions(texts, field.options ?? []);
    }
    case 'regexp':
      return coerceRegexp(field, value);
    case 'lookup':
      return coerceLookup(field, value);
    default:
      // A type that Zendesk has added since: Zendesk decides.
      return { kind: 'fits', value };
  }
}

function coerceText(value: Json): CoercionResult {
  const texts = textsOf(value);
  return texts === undefined ? refused('expected text.') : { kind: 'fits', value: texts.join(', ') };
}

function coerceCheckbox(value: Json): CoercionResult {
  if (typeof value === 'boolean') return { kind: 'fits', value };
  const text = textOf(value)?.toLowerCase();
  if (text !== undefined && truths.has(text)) return { kind: 'fits', value: true };
  if (text !== undefined && untruths.has(text)) return { kind: 'fits', value: false };
  return refused('not a yes or no. Allowed: true, false, yes, no, 1, 0.');
}

function coerceInteger(value: Json): CoercionResult {
  const text = textOf(value) ?? '';
  const number = Number(text);
  if (/^[+-]?\d+(?:\.0+)?$/.test(text) && Number.isSafeInteger(number)) return { kind: 'fits', value: number };
  return refused(
    `not a whole number. Allowed: digits with an optional sign, from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}.`,
  );
}

/** A comma is not read: whether `1,234` is a thousand or one and a bit depends on who wrote it. */
function coerceDecimal(value: Json): CoercionResult {
  const text = textOf(value) ?? '';
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text))
    return refused('not a number. Allowed: digits with a point, such as 1234.56, and an optional sign.');
  const digits = text.replaceAll(/[^\d]/g, '').replace(/^0+/, '');
  if (digits.length > maxDecimalDigits)
    return refused(
      `a number of ${digits.length} digits. Allowed: at most ${maxDecimalDigits}, decimals included (transform: "round: 2" cuts decimals).`,
    );
  return { kind: 'fits', value: Number(text) };
}

/** A time of day is dropped, as Zendesk does; the day stays the one that is written. */
function coerceDate(value: Json): CoercionResult {
  const [, date, year, month, day] =
    /^((\d{4})-(\d{2})-(\d{2}))(?:[T ]\d{2}:\d{2}.*)?$/.exec(textOf(value) ?? '') ?? [];
  const real = new Date(`${date}T00:00:00Z`);
  const isReal = real.getUTCFullYear() === Number(year) && real.getUTCMonth() + 1 === Number(month);
  if (date === undefined || !isReal || real.getUTCDate() !== Number(day))
    return refused('not a date. Allowed: YYYY-MM-DD, such as 2026-03-31 (the filter date makes it of other forms).');
  return { kind: 'fits', value: date };
}

function coerceRegexp({ regexp }: CustomField, value: Json): CoercionResult {
  const text = textOf(value);
  if (text === undefined) return refused('expected text.');
  if (regexp === undefined) return { kind: 'fits', value: text };
  const unchecked = (why: string): CoercionResult => ({
    kind: 'fits',
    value: text,
    unchecked: `${why}. Zendesk decides.`,
  });
  const pattern = patternOf(regexp);
  if (pattern === 'unreadable') return unchecked("Rolodesk cannot evaluate the field's pattern");
  const isMatch = pattern === 'too-slow' ? undefined : testWithinTime(pattern.regexp, text);
  if (pattern === 'too-slow' || isMatch === undefined) {
    // A pattern that was too slow once will be so again: Zendesk decides about all values of this field from now on.
    patterns.set(regexp, 'too-slow');
    return unchecked("the field's pattern takes too long to try");
  }
  if (isMatch) return { kind: 'fits', value: text };
  if (!pattern.isSureOf(text)) return unchecked("whether the field's pattern matches depends on Ruby's rules of case");
  return refused(`does not match the field's pattern. Allowed: ${regexp}`);
}

const patterns = new Map<string, RubyRegexp | 'too-slow' | 'unreadable'>();

function patternOf(regexp: string): RubyRegexp | 'too-slow' | 'unreadable' {
  const pattern = patterns.get(regexp) ?? readRubyRegexp(regexp) ?? 'unreadable';
  patterns.set(regexp, pattern);
  return pattern;
}

function coerceLookup({ target }: CustomField, value: Json): CoercionResult {
  const text = textOf(value);
  if (text === undefined) return refused('expected the id of a Zendesk record.');
  if (target?.startsWith('zen:custom_object:') === true || /^\d+$/.test(text)) return { kind: 'fits', value: text };
  return refused('not an id. Allowed: the digits of the id of a Zendesk record.');
}

/** One piece of text, trimmed. Undefined for lists and objects. */
function textOf(value: Json): string | undefined {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? String(value).trim() : undefined;
}

function textsOf(value: Json): readonly string[] | undefined {
  if (!Array.isArray(value)) {
    const text = textOf(value);
    return text === undefined ? undefined : [text];
  }
  const texts = value.map((item: Json) => textOf(item));
  return texts.every((text) => text !== undefined) ? texts.filter((text) => text !== '') : undefined;
}

function refused(why: string): CoercionResult {
  return { kind: 'refused', why };
}
