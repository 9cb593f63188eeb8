/** Of lists and objects within each other. Real records have five; what walks a thousand overflows the stack. */
export const maxDepth = 100;

type Row = Readonly<Record<string, unknown>>;

/** The row itself, or without those of its fields that nest deeper than is ever read. */
export function shallow<T extends Row>(row: T): Row {
  const isShallow = Object.values(row).every((value) => isWithin(value, maxDepth - 1));
  return isShallow ? row : Object.fromEntries(Object.entries(row).filter(([, value]) => isWithin(value, maxDepth - 1)));
}

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isWithin(inner, depth - 1));
}
