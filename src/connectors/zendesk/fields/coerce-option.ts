import type { CoercionResult, FieldOption } from '../../../core/domain/field-schema.ts';

const maxShown = 12;

/** What a choice is given: the option's value, or the label that people see if only one option has it. */
export function coerceOption(text: string, options: readonly FieldOption[]): CoercionResult {
  const exact = options.find(({ value }) => value === text);
  if (exact) return { kind: 'fits', value: exact.value };
  const wanted = plain(text);
  for (const name of ['value', 'label'] as const) {
    const found = options.filter((option) => plain(option[name]) === wanted);
    const [only] = found;
    if (found.length > 1)
      return { kind: 'refused', why: `several options are called so. Give the value of one: ${listed(found)}.` };
    if (only) return { kind: 'fits', value: only.value };
  }
  return { kind: 'refused', why: `not one of the options. Allowed: ${listed(options)}.` };
}

/** Each option once. A text may list several, with semicolons or commas; an option that has one in its own name is taken whole. */
export function coerceOptions(values: readonly string[], options: readonly FieldOption[]): CoercionResult {
  const chosen = new Set<string>();
  for (const text of values) {
    for (const part of partsOf(text, [';', ','], options)) {
      const coerced = coerceOption(part, options);
      if (coerced.kind !== 'fits') return coerced;
      chosen.add(String(coerced.value));
    }
  }
  return { kind: 'fits', value: [...chosen].sort() };
}

function partsOf(
  text: string,
  [separator, ...finer]: readonly string[],
  options: readonly FieldOption[],
): readonly string[] {
  if (text.trim() === '') return [];
  if (separator === undefined || coerceOption(text, options).kind === 'fits') return [text.trim()];
  return text.split(separator).flatMap((part) => partsOf(part, finer, options));
}

/** `gold (Gold), silver (Silver)`. */
export function listed(options: readonly FieldOption[]): string {
  const shown = options.slice(0, maxShown).map(({ value, label }) => (label === value ? value : `${value} (${label})`));
  const more = options.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function plain(text: string): string {
  return text.normalize('NFC').trim().toLowerCase().replaceAll(/\s+/g, ' ');
}
