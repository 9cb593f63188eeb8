import type { Json } from '../../core/domain/json.ts';

const longEnough = 8;
const telling = /key|token|secret|pass|credential|auth|pwd/i;
/** Times, numbers and addresses without credentials are what else configurations of taps hold. */
const plain = /^(\d{4}-\d\d-\d\d[T\d:.Z+ -]*|[\d.]+|https?:\/\/[^@?#]*)$/;

/**
 * Texts of a tap's configuration that count as secret. No schema says which are: all that are long, and short ones whose key
 * tells, so that an ordinary word is not taken out of everything that is logged.
 */
export function secretsIn(value: Json, key = ''): readonly string[] {
  if (typeof value === 'string') {
    if (!telling.test(key) && (value.length < longEnough || plain.test(value))) return [];
    return [value, ...secretsInDocument(value, key)];
  }
  if (typeof value === 'number') return telling.test(key) ? [`${value}`] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((inner) => secretsIn(inner, key));
  return Object.entries(value).flatMap(([name, inner]) => secretsIn(inner, telling.test(key) ? key : name));
}

/** The key of a service account is often given as a text of JSON, which the tap takes apart. */
function secretsInDocument(text: string, key: string): readonly string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  try {
    const parsed: Json = JSON.parse(text);
    return secretsIn(parsed, key);
  } catch {
    // It only looks like one.
    return [];
  }
}
