import { z } from 'zod';
import type { FieldDescription } from '../../core/domain/source.ts';

/** The part of a stream's JSON Schema that is read here. */
export interface JsonSchema {
  readonly type?: string | readonly string[] | null | undefined;
  readonly format?: string | null | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>> | null | undefined;
  readonly anyOf?: readonly JsonSchema[] | null | undefined;
  /** How catalogs select, where taps are older than metadata. */
  readonly selected?: boolean | null | undefined;
}

export const jsonSchema: z.ZodType<JsonSchema> = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).nullish(),
  format: z.string().nullish(),
  selected: z.boolean().nullish(),
  get properties() {
    return z.record(z.string(), jsonSchema).nullish();
  },
  get anyOf() {
    return z.array(jsonSchema).nullish();
  },
});

const deepest = 4;

/** The leaves of a schema, for people who write a mapping. */
export function fieldsOf(schema: JsonSchema, path = '', depth = 0): readonly FieldDescription[] {
  const inner = Object.entries(schema.properties ?? {});
  if (inner.length > 0 && depth < deepest)
    return inner.flatMap(([name, part]) => fieldsOf(part, path === '' ? name : `${path}.${name}`, depth + 1));
  return path === '' ? [] : [{ path, type: typesOf(schema).join(' or ') || 'any' }];
}

export function isTime(schema: JsonSchema | undefined): boolean {
  return [schema, ...(schema?.anyOf ?? [])].some((one) => one?.format === 'date-time' || one?.format === 'date');
}

function typesOf(schema: JsonSchema): readonly string[] {
  const types = [schema, ...(schema.anyOf ?? [])].flatMap(({ type }) => type ?? []);
  return [...new Set(types)].filter((type) => type !== 'null').sort();
}
