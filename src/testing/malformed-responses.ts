/** How a reply may be of the wrong shape. */
export const malformedResponses = {
  'an empty object in place of the reply': () => '{}',
  'null in place of the reply': () => 'null',
  'plain text in place of the reply': () => 'The service is being updated.',
  'an empty reply': () => '',
  'text in place of the list': (value: unknown) => withList(value, () => 'none'),
  'an object in place of the list': (value: unknown) => withList(value, (list) => ({ ...list })),
  'a number in place of a record': (value: unknown) => withList(value, ([, ...others]) => [7, ...others]),
  'a record without any field': (value: unknown) => withList(value, ([, ...others]) => [{}, ...others]),
} as const satisfies Readonly<Record<string, (value: unknown) => string | undefined>>;

export type MalformedResponse = keyof typeof malformedResponses;

/** The text of a reply that holds a list of records, made wrong. Undefined for any other reply. */
export function malformed(text: string, how: MalformedResponse): string | undefined {
  const value = parsed(text);
  return hasList(value) ? malformedResponses[how](value) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a reply with records, then: a token endpoint or a page of text.
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

/** An object in a list is looked into only where it is alone, as an envelope is. */
function hasList(value: unknown): boolean {
  if (isList(value) && !isEnvelope(value)) return true;
  if (Array.isArray(value)) return value.some(hasList);
  return isObject(value) && Object.values(value).some(hasList);
}

/** A list of one whose only member holds lists itself, such as `[{ "items": [ … ] }]`. */
function isEnvelope(list: readonly object[]): boolean {
  const [only] = list;
  return list.length === 1 && only !== undefined && Object.values(only).some((inner) => hasList(inner));
}

function withList(value: unknown, change: (list: readonly object[]) => unknown): string {
  return JSON.stringify(replaced(value, change));
}

/** Changes the first list of records that is met from outside to inside. */
function replaced(value: unknown, change: (list: readonly object[]) => unknown): unknown {
  if (isList(value) && !isEnvelope(value)) return change(value);
  if (Array.isArray(value)) {
    const at = value.findIndex(hasList);
    return value.map((item, index) => (index === at ? replaced(item, change) : item));
  }
  if (!isObject(value)) return value;
  const at = Object.keys(value).find((name) => hasList(value[name]));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === at ? replaced(inner, change) : inner]),
  );
}
