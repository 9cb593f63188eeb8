import type { TwinResponse } from '../../server/twin.ts';

type Row = Readonly<Record<string, unknown>>;

/** What each attribute must be. `null` is always accepted, except for an id. */
const kinds: Readonly<Record<string, 'integer' | 'array' | 'boolean'>> = {
  id: 'integer',
  organization_id: 'integer',
  tags: 'array',
  suspended: 'boolean',
  user_id: 'integer',
};
const isOf = {
  integer: Number.isInteger,
  array: Array.isArray,
  boolean: (value: unknown) => typeof value === 'boolean',
} as const;
const named = { integer: 'an integer', array: 'an array', boolean: 'a boolean' } as const;

/** One attribute of the wrong type refuses the whole request, whatever else is in it (recorded 2023). Undefined: all are right. */
export function refuseAttributes(rows: readonly Row[], root: string, action: string): TwinResponse | undefined {
  const isMany = action.endsWith('_many');
  for (const [index, row] of rows.entries()) {
    for (const [attribute, kind] of Object.entries(kinds)) {
      const value = row[attribute];
      if (value === undefined || (value === null && attribute !== 'id') || isOf[kind](value)) continue;
      const name = isMany ? `${root}.${index}.${attribute}` : `${root}.${attribute}`;
      const message = `You passed an invalid value for the ${name} attribute. Invalid parameter: ${name} must be ${named[kind]} from api/v2/${action}`;
      return { status: 400, body: { error: { title: 'Invalid attribute', message } } };
    }
  }
  return undefined;
}
