import type { Row } from '../api/requests.ts';
import type { FieldProblem } from '../people/user.ts';
import { type CustomField, type FieldOption, hasOptions } from './field.ts';

const types = [
  'text',
  'textarea',
  'checkbox',
  'date',
  'integer',
  'decimal',
  'regexp',
  'dropdown',
  'multiselect',
  'lookup',
];

/** The custom fields that an admin has defined. */
export function createFieldDefinitions() {
  const byKey = new Map<string, CustomField>();
  let nextId = 7_000_001;

  function optionsOf(given: unknown, before: readonly FieldOption[]): readonly FieldOption[] {
    if (!Array.isArray(given)) return before;
    return given.map(({ id, name, value }: { id?: number | null; name: string; value: string }) => {
      nextId += 1;
      const known = before.find((option) => option.id === id || option.value === value);
      return { id: known?.id ?? nextId, name, value };
    });
  }

  return {
    byKey,
    define(body: Row): CustomField {
      nextId += 1;
      const type = textOf(body.type) || 'text';
      const field: CustomField = {
        id: nextId,
        key: textOf(body.key),
        type,
        title: textOf(body.title),
        description: textOf(body.description),
        active: body.active !== false,
        position: byKey.size,
        regexp_for_validation: typeof body.regexp_for_validation === 'string' ? body.regexp_for_validation : null,
        ...(type === 'checkbox' && typeof body.tag === 'string' && { tag: body.tag }),
        ...(type === 'lookup' && { relationship_target_type: textOf(body.relationship_target_type) }),
        ...(hasOptions(type) && { custom_field_options: optionsOf(body.custom_field_options, []) }),
      };
      byKey.set(field.key, field);
      return field;
    },
    /** The list of options is replaced: what is not in it is gone. */
    change(field: CustomField, body: Row): FieldProblem | undefined {
      if ('custom_field_options' in body) {
        const problem = validateOptions(body.custom_field_options);
        if (problem) return problem;
        field.custom_field_options = optionsOf(body.custom_field_options, field.custom_field_options ?? []);
      }
      if (typeof body.title === 'string') field.title = body.title;
      if (typeof body.active === 'boolean') field.active = body.active;
      return undefined;
    },
    validateDefinition({ key, title, type = 'text', custom_field_options: options }: Row): FieldProblem | undefined {
      if (typeof key !== 'string' || !/^\w+$/.test(key) || /^\d+$/.test(key))
        return { field: 'key', description: 'Key: is invalid', error: 'InvalidValue' };
      if (byKey.has(key))
        return { field: 'key', description: `Key: ${key} has already been taken`, error: 'DuplicateValue' };
      if (typeof title !== 'string' || title.trim() === '')
        return { field: 'title', description: 'Title: cannot be blank', error: 'BlankValue' };
      if (!types.includes(String(type)))
        return { field: 'type', description: 'Type: is invalid', error: 'InvalidValue' };
      return hasOptions(String(type)) ? validateOptions(options) : undefined;
    },
  };
}

export type FieldDefinitions = ReturnType<typeof createFieldDefinitions>;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function validateOptions(options: unknown): FieldProblem | undefined {
  const field = 'custom_field_options';
  if (!Array.isArray(options) || options.length === 0)
    return { field, description: 'Field options: cannot be blank', error: 'BlankValue' };
  const values = options.map((option: { name?: unknown; value?: unknown }) => option.value);
  if (new Set(values).size < values.length || values.some((value) => typeof value !== 'string' || value === ''))
    return { field, description: 'Field options: is invalid', error: 'InvalidValue' };
  return undefined;
}
