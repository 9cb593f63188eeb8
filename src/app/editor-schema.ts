import { z } from 'zod';
import { wholeConfigSchema } from './config-schema.ts';

/** The pattern of a text with `${NAME}`, which is filled in when the file is read. */
const variable = { pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}' };
const limits = ['enum', 'pattern', 'format', 'maxLength'] as const;

/**
 * The schema with which editors check a configuration: wherever a text must have a certain form, `${NAME}` is allowed
 * as well.
 */
export function editorSchema(): object {
  const schema = z.toJSONSchema(wholeConfigSchema(), { io: 'input', unrepresentable: 'any', override: allowVariables });
  return { $id: 'rolodesk.schema.json', title: 'rolodesk.yaml', ...schema };
}

function allowVariables({
  jsonSchema,
  path,
}: {
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
  readonly path: readonly PropertyKey[];
}): void {
  if (jsonSchema.type !== 'string' || jsonSchema.const !== undefined || isFilledInNever(path)) return;
  const own: Record<string, unknown> = {};
  for (const limit of limits) {
    if (jsonSchema[limit] === undefined) continue;
    own[limit] = jsonSchema[limit];
    delete jsonSchema[limit];
  }
  if (Object.keys(own).length > 0) jsonSchema.anyOf = [own, variable];
}

/** The keys, and the value that decides which schema applies to the others. */
function isFilledInNever(path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  return last === 'propertyNames' || last === 'connector';
}
