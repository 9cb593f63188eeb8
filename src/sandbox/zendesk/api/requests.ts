import type { TwinRequest, TwinResponse } from '../../server/twin.ts';

/** How requests to Zendesk are read. */

/** An object of a body. */
export type Row = Readonly<Record<string, unknown>>;

/** Undefined for a body that can be read: JSON, or none. */
export function malformed({ body }: TwinRequest): TwinResponse | undefined {
  if (body === '' || parsedJson(body) !== undefined) return undefined;
  return { status: 400, body: { error: 'BadRequest', description: 'The body is not valid JSON' } };
}

export function objectOf({ body }: TwinRequest, name: string): Row {
  return asRow(asRow(parsedJson(body))[name]);
}

/** What is not an object in the list has nothing in it. */
export function rowsOf({ body }: TwinRequest, name = 'users'): readonly Row[] {
  const rows = asRow(parsedJson(body))[name];
  return Array.isArray(rows) ? rows.map(asRow) : [];
}

/** Undefined for what is not JSON. */
export function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Whatever the parser says about it, `malformed` refuses it.
    return undefined;
  }
}

function asRow(value: unknown): Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The ids in a parameter, separated by commas. Undefined if the query does not have it. */
export function idsOf(query: URLSearchParams, name: string): readonly string[] | undefined {
  return query
    .get(name)
    ?.split(',')
    .filter((id) => id !== '');
}
