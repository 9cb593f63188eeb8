import type { Json } from '../../core/domain/json.ts';

export interface KnownKey {
  readonly name: string;
  readonly description: string | undefined;
}

type Schema = { readonly [key: string]: Json };

/** The keys that a JSON schema knows at a path, through all of its alternatives. */
export function keysAt(schema: Json, path: readonly string[]): readonly KnownKey[] {
  if (!isSchema(schema)) return [];
  const places = path.reduce<readonly Schema[]>(
    (found, key) => found.flatMap((one) => childrenOf(one, key, schema)),
    alternativesOf(schema, schema),
  );
  const keys = places.flatMap(({ properties }) => (isSchema(properties) ? Object.entries(properties) : []));
  const known = new Map(keys.map(([name, one]) => [name, { name, description: descriptionOf(one, schema) }]));
  return [...known.values()];
}

function childrenOf({ properties, additionalProperties }: Schema, key: string, root: Schema): readonly Schema[] {
  const child = isSchema(properties) ? (properties[key] ?? additionalProperties) : additionalProperties;
  return alternativesOf(child, root);
}

function alternativesOf(schema: Json | undefined, root: Schema): readonly Schema[] {
  if (schema === undefined || !isSchema(schema)) return [];
  const { $ref, anyOf, oneOf, allOf } = schema;
  const elsewhere = typeof $ref === 'string' ? alternativesOf(referred($ref, root), root) : [];
  const parts = [anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [schema, ...elsewhere, ...parts.flatMap((one) => alternativesOf(one, root))];
}

function referred(pointer: string, root: Schema): Json | undefined {
  const parts = pointer.replace(/^#\//, '').split('/');
  return parts.reduce<Json | undefined>((at, part) => (at !== undefined && isSchema(at) ? at[part] : undefined), root);
}

function descriptionOf(schema: Json, root: Schema): string | undefined {
  return alternativesOf(schema, root)
    .map(({ description }) => description)
    .find((description) => typeof description === 'string');
}

function isSchema(value: Json | undefined): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
