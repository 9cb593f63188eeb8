import { z } from 'zod';
import { defined } from '../../../core/defined.ts';
import type { FieldOption, NewField } from '../../../core/domain/field-schema.ts';

const title = z.string().min(1).describe('What agents see');
const description = z.string().optional();
/** Zendesk makes a tag of it. */
const optionValue = z
  .string()
  .regex(/^[\p{Ll}\p{Lo}\p{M}\p{N}_./:-]+$/u, 'expected the value of an option, which is a tag: lower case, no spaces');
const options = z
  .union([z.record(optionValue, z.string().min(1)), z.array(optionValue)], {
    error: ({ input }) => `${input === undefined ? 'missing: ' : ''}expected value: label pairs, or a list of values`,
  })
  .refine((given) => Object.keys(given).length > 0, 'expected at least one option')
  .describe('value: label, or a list of values');

const declaration = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['text', 'textarea', 'date', 'integer', 'decimal']), title, description }),
  z.strictObject({
    type: z.literal('checkbox'),
    title,
    description,
    tag: optionValue.optional().describe('Added to the tags of users that have it ticked'),
  }),
  z.strictObject({ type: z.enum(['dropdown', 'multiselect']), title, description, options }),
  z.strictObject({
    type: z.literal('regexp'),
    title,
    description,
    regexp: z.string().min(1).describe('A Ruby pattern, such as \\A[A-Z]{3}\\z'),
  }),
  z.strictObject({
    type: z.literal('lookup'),
    title,
    description,
    target: z
      .string()
      .regex(
        /^zen:(user|organization|ticket|custom_object:\w+)$/,
        'expected zen:user, zen:organization, zen:ticket or zen:custom_object:KEY',
      ),
  }),
]);

/** The `fields:` block: custom fields that `rolodesk fields apply` makes where Zendesk lacks them. */
export const declaredFieldsSchema = z.record(
  z
    .string()
    .regex(/^(?!\d+$)\w+$/, 'expected the key of a user field: letters, digits and underscores, not digits alone'),
  declaration,
);
export type DeclaredFields = z.infer<typeof declaredFieldsSchema>;

/** Declarations in the form that fields have. */
export function declaredFields(declared: DeclaredFields): readonly NewField[] {
  return Object.entries(declared).map(([key, field]) => {
    const { type, title, description } = field;
    const common = { key, type, isActive: true, title, ...defined({ description }) };
    if ('options' in field) return { ...common, options: optionsOf(field.options) };
    if ('regexp' in field) return { ...common, regexp: field.regexp };
    if ('target' in field) return { ...common, target: field.target };
    return 'tag' in field && field.tag !== undefined ? { ...common, tag: field.tag } : common;
  });
}

function optionsOf(given: z.infer<typeof options>): readonly FieldOption[] {
  if (Array.isArray(given)) return given.map((value) => ({ value, label: value }));
  return Object.entries(given).map(([value, label]) => ({ value, label }));
}
