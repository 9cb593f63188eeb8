import type { Mapping } from '../api/types.ts';
import { type KnownKey, keysAt } from './schema-keys.ts';
import { type YamlPlace, yamlPlaceAt } from './yaml-place.ts';

export interface Suggestion {
  readonly label: string;
  readonly detail?: string | undefined;
  /** What is written. */
  readonly text: string;
}

export interface Suggestions {
  readonly from: number;
  readonly options: readonly Suggestion[];
}

/** What fits at a place of a mapping: keys of the schema, fields of the user, paths of the record. */
export function suggestionsAt(text: string, offset: number, mapping: Mapping): Suggestions | undefined {
  const place = yamlPlaceAt(text, offset);
  if (!place) return undefined;
  const options = place.kind === 'key' ? keysFor(place, mapping) : valuesFor(place, mapping);
  return options.length === 0 ? undefined : { from: place.from, options };
}

function keysFor({ path }: YamlPlace, { schema, user }: Mapping): readonly Suggestion[] {
  const within = path[0] === 'mapping' ? path.slice(1) : path;
  const known: readonly KnownKey[] = keysAt(schema, within);
  const prefix = within.length === 0 ? '' : `${within.join('.')}.`;
  const fields = user
    .filter(({ target }) => target.startsWith(prefix) && !target.slice(prefix.length).includes('.'))
    .map(({ target, title, type }) => ({ name: target.slice(prefix.length), description: title ?? type }));
  const all = new Map([...known, ...fields].map((one) => [one.name, one]));
  return [...all.values()].map(({ name, description }) => ({ label: name, detail: description, text: `${name}: ` }));
}

function valuesFor({ path }: YamlPlace, { source }: Mapping): readonly Suggestion[] {
  // What a constant or a table of values holds is not a path of the record.
  if (path.at(-1) === 'const' || path.includes('lookup')) return [];
  return source.map(({ path: name, type, title }) => ({ label: name, detail: title ?? type, text: name }));
}
