/** What an admin has defined, and what has values of it. */

export interface FieldOption {
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

export interface CustomField {
  readonly id: number;
  readonly key: string;
  readonly type: string;
  title: string;
  description: string;
  active: boolean;
  position: number;
  readonly regexp_for_validation: string | null;
  readonly tag?: string;
  readonly relationship_target_type?: string;
  custom_field_options?: readonly FieldOption[];
}

/** What has custom fields: a user or an organization. */
export interface FieldHolder {
  readonly values: Record<string, unknown>;
  tags: string[];
}

export function hasOptions(type: string): boolean {
  return type === 'dropdown' || type === 'multiselect';
}
