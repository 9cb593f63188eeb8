import { visible } from './visible.ts';

/** Of the JSON that commands print. Another one would mean that a key has been renamed, removed or given another meaning. */
const schemaVersion = 1;

/**
 * A document with its version in it. A list stays a list, because programs read it as one: the version is then in each of its
 * items.
 */
export function versioned(document: object): object {
  if (!Array.isArray(document)) return { schemaVersion, ...document };
  return document.map((item: object) => ({ schemaVersion, ...item }));
}

/** `isShort`: on one line, as for errors. */
export function jsonDocument(document: object, { isShort = false }: { readonly isShort?: boolean } = {}): string {
  return `${visible(JSON.stringify(versioned(document), null, isShort ? undefined : 2))}\n`;
}
