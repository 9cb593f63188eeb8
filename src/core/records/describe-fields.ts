import type { FieldDescription } from '../domain/source.ts';

const deepest = 4;

/** The fields that some rows have, for people who write a mapping: each path with the types that were met there. */
export function describeFields(rows: readonly unknown[]): readonly FieldDescription[] {
  const types = new Map<string, Set<string>>();
  for (const row of rows) gather(row, '', 0, types);
  return [...types].map(([path, met]) => ({ path, type: [...met].sort().join(' or ') }));
}

function gather(value: unknown, path: string, depth: number, types: Map<string, Set<string>>): void {
  if (isObject(value) && depth < deepest) {
    for (const [name, inner] of Object.entries(value))
      gather(inner, path === '' ? name : `${path}.${name}`, depth + 1, types);
    return;
  }
  if (path === '' || value === null || value === undefined) return;
  types.set(path, (types.get(path) ?? new Set()).add(Array.isArray(value) ? 'list' : typeof value));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
