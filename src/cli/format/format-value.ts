import type { Json } from '../../core/domain/json.ts';

/** A value with organizations by their names alone. */
export function withNames(value: Json): Json {
  if (Array.isArray(value)) return value.map(withNames);
  if (typeof value !== 'object' || value === null || !('name' in value)) return value;
  return value.name ?? null;
}

/** A field's value as a person reads it: lists by their parts, nothing in words. */
export function shownValue(value: Json): string {
  if (value === null || value === '') return '(empty)';
  if (Array.isArray(value)) return value.length === 0 ? '(empty)' : value.map(shownValue).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(withNames(value)).replaceAll(/^"|"$/g, '');
}
