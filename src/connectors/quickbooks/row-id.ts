/** A row's identity, if it has one. */
export function idOf(row: unknown): string | undefined {
  const id: unknown = typeof row === 'object' && row !== null && 'Id' in row ? row.Id : undefined;
  if (typeof id === 'string' && id !== '') return id;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}
