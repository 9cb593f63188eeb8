import { z } from 'zod';
import type { FieldDescription } from '../domain/source.ts';

/** The schema at a path, looking through optional, default, refinement, transform and the branches of unions. */
export function schemasAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly z.core.$ZodType[] {
  const here = branches(schema);
  const [first, ...rest] = path;
  if (first === undefined) return here;
  return here.flatMap((branch) => {
    if (branch instanceof z.ZodObject) {
      const inner = branch.shape[String(first)];
      return inner ? schemasAt(inner, rest) : [];
    }
    if (branch instanceof z.ZodRecord) return schemasAt(branch.valueType, rest);
    if (branch instanceof z.ZodArray) return schemasAt(branch.element, rest);
    // Where anything may stand, anything may stand below it.
    return branch instanceof z.ZodUnknown ? [branch] : [];
  });
}

export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const keys = schemasAt(schema, path).flatMap((found) =>
    found instanceof z.ZodObject ? Object.keys(found.shape) : [],
  );
  return [...new Set(keys)];
}

/** Every leaf of a schema, for people who write a mapping: its path and type. */
export function describeSchema(schema: z.core.$ZodType, path = ''): readonly FieldDescription[] {
  const types = new Set<string>();
  const inner: FieldDescription[] = [];
  for (const branch of branches(schema)) {
    if (branch instanceof z.ZodObject)
      for (const [name, part] of Object.entries(branch.shape))
        inner.push(...describeSchema(part, path === '' ? name : `${path}.${name}`));
    else types.add(branch instanceof z.ZodArray ? 'list' : typeName(branch));
  }
  const own = path !== '' && types.size > 0 ? [{ path, type: [...types].sort().join(' or ') }] : [];
  return [...own, ...inner];
}

function typeName(schema: z.core.$ZodType): string {
  return schema._zod.def.type;
}

/** Values of every key marked as secret, for the redactor. */
export function collectSecrets(schema: z.core.$ZodType, value: unknown): string[] {
  if (typeof value === 'string') return isSecret(schema) ? [value] : [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => schemasAt(schema, [index]).flatMap((inner) => collectSecrets(inner, item)));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    childrenOf(schema, key).flatMap((inner) => collectSecrets(inner, item)),
  );
}

/** Before looking through wrappers: the mark may sit on any of them. */
function childrenOf(schema: z.core.$ZodType, key: string): readonly z.core.$ZodType[] {
  return branches(schema).flatMap((branch) => {
    if (branch instanceof z.ZodObject) return branch.shape[key] ? [branch.shape[key]] : [];
    if (branch instanceof z.ZodRecord) return [branch.valueType];
    return [];
  });
}

function isSecret(schema: z.core.$ZodType): boolean {
  const marked = (found: z.core.$ZodType): boolean => found instanceof z.ZodType && found.meta()?.secret === true;
  return marked(schema) || branches(schema).some(marked);
}

function branches(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  )
    return branches(schema.unwrap());
  if (schema instanceof z.ZodPrefault) return branches(schema.unwrap());
  if (schema instanceof z.ZodPipe) return branches(schema.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => branches(option));
  return [schema];
}
