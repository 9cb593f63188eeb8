import type { CustomField } from '../../../core/domain/field-schema.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { UserFieldRow } from '../api/api-schemas.ts';

export const customPrefix = 'user_fields.';
export const organizationPrefix = 'organization_fields.';
/** Stands for every key, where code maps and nobody can say beforehand which it sets. */
export const anyField = '*';

export function toCustomField(row: UserFieldRow): CustomField {
  const { key, type, title, active, custom_field_options: options, regexp_for_validation: regexp, tag } = row;
  const target = row.relationship_target_type;
  return {
    key,
    type,
    isActive: active !== false,
    ...(title && { title }),
    ...(options && { options: options.map(({ name, value }) => ({ value, label: name })) }),
    ...(type === 'regexp' && regexp && { regexp }),
    ...(tag && { tag }),
    ...(target && { target }),
  };
}

/** Tags that a field puts on users: writing a set without one of them empties the field (reference: custom field values). */
export function tagsOfField({ type, options = [], tag }: CustomField): readonly string[] {
  if (type === 'checkbox') return tag === undefined ? [] : [tag];
  return type === 'dropdown' || type === 'multiselect' ? options.map(({ value }) => value) : [];
}

export function tagsOfFields(fields: readonly CustomField[]): ReadonlySet<string> {
  return new Set(fields.flatMap(tagsOfField));
}

/**
 * The tags to write next to these custom fields: theirs are what the new values say, whatever the old ones had put there.
 * Otherwise one request would say two things.
 */
export function mergeFieldTags(
  tags: readonly string[],
  written: Fields,
  fields: readonly CustomField[],
): readonly string[] {
  const concerned = fields.filter(({ key }) => customPrefix + key in written);
  if (concerned.length === 0) return tags;
  const theirs = tagsOfFields(concerned);
  const now = concerned.flatMap((field) => tagsOfValue(field, written[customPrefix + field.key]));
  return [...new Set([...tags.filter((tag) => !theirs.has(tag)), ...now])].sort();
}

function tagsOfValue(field: CustomField, value: Json | undefined): readonly string[] {
  if (field.type === 'checkbox') return value === true ? tagsOfField(field) : [];
  const chosen = Array.isArray(value) ? value : [value];
  return tagsOfField(field).filter((tag) => chosen.includes(tag));
}
