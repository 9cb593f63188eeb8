import type { CustomField, FieldOption, NewField } from '../../../core/domain/field-schema.ts';
import type { FieldChange } from '../../../core/domain/sink.ts';
import type { FieldOwner } from '../api/api-account.ts';

export interface FieldsPlan {
  readonly changes: readonly FieldChange[];
  /** Declarations that can't be brought about: a field's type and pattern stay what they are. */
  readonly conflicts: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** What is missing in the account of what is declared. Nothing is ever taken away: options that only Zendesk has, stay. */
export function planFields(
  declared: readonly NewField[],
  known: readonly CustomField[],
  owner: FieldOwner = 'user',
): FieldsPlan {
  const block = owner === 'user' ? 'fields' : 'organizationFields';
  const of = owner === 'user' ? {} : { of: owner };
  const byKey = new Map(known.map((field) => [field.key, field]));
  const changes: FieldChange[] = [];
  const conflicts: FieldsPlan['conflicts'][number][] = [];
  for (const field of declared) {
    const found = byKey.get(field.key);
    if (!found) {
      changes.push({ kind: 'create', field, ...of });
      continue;
    }
    const conflict = conflictOf(field, found);
    if (conflict) {
      conflicts.push({ path: [block, field.key, conflict.name], message: conflict.message });
      continue;
    }
    const options = missingOptions(field.options ?? [], found.options ?? []);
    if (options.length > 0) changes.push({ kind: 'add-options', key: field.key, options, ...of });
  }
  return { changes, conflicts };
}

function conflictOf(
  { type, regexp, options = [] }: NewField,
  found: CustomField,
): { readonly name: string; readonly message: string } | undefined {
  if (type !== found.type)
    return { name: 'type', message: `Zendesk has this field as ${found.type}, and a type can't be changed` };
  if (regexp !== found.regexp)
    return { name: 'regexp', message: `Zendesk has the pattern ${found.regexp ?? '(none)'}: change it there` };
  const renamed = options.find(({ value, label }) =>
    found.options?.some((option) => option.label === label && option.value !== value),
  );
  if (!renamed) return undefined;
  return { name: 'options', message: `Zendesk has an option called "${renamed.label}" with another value` };
}

/** Values are compared without case, as tags are. */
function missingOptions(declared: readonly FieldOption[], known: readonly FieldOption[]): readonly FieldOption[] {
  const values = new Set(known.map(({ value }) => value.toLowerCase()));
  return declared.filter(({ value }) => !values.has(value.toLowerCase()));
}
