import type { Json } from './domain/json.ts';

/** The value as it is after a round trip through JSON: without members that are undefined. Undefined itself is null. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
