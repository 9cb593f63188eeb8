import type { FieldProblem, User } from '../people/user.ts';
import { type CustomField, type FieldHolder, hasOptions } from './field.ts';
import { matchesRubyPattern } from './ruby-pattern.ts';

/** What the values of custom fields may be, and the tags that they leave on who has them. */
export function createFieldValues(byKey: ReadonlyMap<string, CustomField>) {
  return {
    /** Unknown keys are dropped without a word. */
    validate(values: unknown): FieldProblem | undefined {
      for (const [key, value] of Object.entries(values ?? {})) {
        const field = byKey.get(key);
        if (!field || value === null || value === '' || accepts(field, value)) continue;
        return { field: key, description: `${field.title}: is invalid`, error: 'InvalidValue' };
      }
      return undefined;
    },
    /** A date comes back with a time, a number as one, and a box or choice leaves its tag. */
    assign(holder: FieldHolder, values: unknown): void {
      for (const [key, value] of Object.entries(values ?? {})) {
        const field = byKey.get(key);
        if (!field) continue;
        const before = tagsFor(field, holder.values[key]);
        holder.values[key] = stored(field, value);
        const now = tagsFor(field, holder.values[key]);
        holder.tags = [...new Set([...holder.tags.filter((tag) => !before.includes(tag)), ...now])].sort();
      }
    },
    /** A field whose tag was taken away is emptied. */
    keepInStep(user: User): void {
      for (const field of byKey.values()) {
        const value = user.user_fields[field.key];
        const left = tagsFor(field, value).filter((tag) => user.tags.includes(tag));
        if (field.type === 'checkbox' && field.tag !== undefined) user.user_fields[field.key] = left.length > 0;
        if (field.type === 'dropdown' && value) user.user_fields[field.key] = left[0] ?? null;
        if (field.type === 'multiselect' && value) user.user_fields[field.key] = left;
      }
    },
  };
}

function tagsFor({ type, tag, custom_field_options: options = [] }: CustomField, value: unknown): readonly string[] {
  if (type === 'checkbox') return value === true && tag !== undefined ? [tag] : [];
  if (!hasOptions(type)) return [];
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [value];
  return options.map((option) => option.value).filter((one) => chosen.includes(one));
}

function stored({ type }: CustomField, value: unknown): unknown {
  if (type === 'checkbox') return value === true || value === 'true';
  if (value === null || value === '') return null;
  if (type === 'date') return `${String(value).slice(0, 10)}T00:00:00+00:00`;
  return type === 'integer' || type === 'decimal' ? Number(value) : value;
}

function accepts(
  { type, custom_field_options: options = [], regexp_for_validation: regexp }: CustomField,
  value: unknown,
) {
  const text = String(value);
  const has = (one: unknown): boolean => options.some((option) => option.value === one);
  switch (type) {
    case 'checkbox':
      return ['true', 'false'].includes(text);
    case 'integer':
      return /^[+-]?\d+$/.test(text);
    case 'decimal':
      return /^[+-]?\d*[.,]?\d+$/.test(text) && text.replaceAll(/\D/g, '').length < 12;
    case 'date':
      return /^\d{4}-(1[0-2]|0[1-9])-(3[01]|[12]\d|0[1-9])/.test(text);
    case 'dropdown':
      return has(value);
    case 'multiselect':
      return Array.isArray(value) && value.every(has);
    case 'lookup':
      return /^\w+$/.test(text);
    case 'regexp':
      return regexp === null || matchesRubyPattern(regexp, text);
    default:
      return typeof value === 'string';
  }
}
