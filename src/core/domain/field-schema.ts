import type { Json } from './json.ts';

/** A custom field of the destination's account. */
export interface CustomField {
  readonly key: string;
  /** In the destination's words, such as `dropdown`. */
  readonly type: string;
  readonly title?: string;
  readonly isActive: boolean;
  /** Values that it may have, where it is a choice. */
  readonly options?: readonly FieldOption[];
  /** In the destination's own dialect. */
  readonly regexp?: string;
  /** What a checkbox adds to the tags. */
  readonly tag?: string;
  /** What a lookup field points at. */
  readonly target?: string;
}

/** A custom field that is yet to be made. */
export interface NewField extends CustomField {
  readonly title: string;
  readonly description?: string;
}

export interface FieldOption {
  readonly value: string;
  /** What people see. */
  readonly label: string;
}

/** Facts about the destination's account that decide what a value must look like. */
export interface DestinationSchema {
  readonly fields: readonly CustomField[];
  /** Of the organizations that users belong to. Absent: not asked for, or they may not be read. */
  readonly organizationFields?: readonly CustomField[];
  /** Absent: not asked for. */
  readonly locales?: readonly string[];
}

/** A value made to fit a field of the destination. `why` says what is allowed, and never the value. */
export type CoercionResult =
  /** `unchecked`: why nobody could hold it against what the field takes. The destination decides. */
  | { readonly kind: 'fits'; readonly value: Json; readonly unchecked?: string }
  /** The destination would refuse the user for it. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Not worth a user: the field is left out, and counted. */
  | { readonly kind: 'omitted'; readonly why: string };

/** What the destination's fields take. Pure. */
export interface FieldCoercer {
  /** `target` is flat, such as `user_fields.member_level` or `organization_fields.region`. */
  coerce(target: string, value: Json): CoercionResult;
  /** Why nothing fits: there is no such field. Undefined where there is, or nobody knows yet. */
  missingFieldReason(target: string): string | undefined;
  /** Changes whenever `fit` might answer otherwise for these targets. */
  fingerprint(targets: readonly string[]): Json;
}
