import type { FieldDifferences } from '../domain/audit-adapter.ts';

/** What an audit finds: of every customer of the source one verdict, and of every user of the destination one. */

export const customerKinds = ['inSync', 'differing', 'missing', 'skipped', 'rejected'] as const;
export type CustomerKind = (typeof customerKinds)[number];

export const userKinds = [
  'inSync',
  'differing',
  /** Of a customer that is skipped or rejected. */
  'excluded',
  /** Its customer is gone, and it is as the policy wants it then. */
  'deactivated',
  /** Ours, and its customer is no longer in the source. */
  'extra',
  /** A second user of a customer that has one. */
  'duplicated',
  'unmanaged',
] as const;
export type UserKind = (typeof userKinds)[number];

export interface CustomerFinding {
  readonly kind: CustomerKind;
  /** Why. Absent for what is in step. */
  readonly code?: string;
  readonly message?: string;
  readonly destinationId?: string;
  /** What the user is called, or would be. */
  readonly name?: string;
  readonly fields?: FieldDifferences;
  /** Fields that the destination keeps in a form of its own. */
  readonly normalized?: readonly string[];
}

export interface UserFinding {
  readonly kind: UserKind;
  /** Of the customer it is about. */
  readonly key?: string;
  readonly code?: string;
  readonly message?: string;
  readonly name?: string;
  readonly fields?: FieldDifferences;
}

/** One line of an audit: a difference, or a customer that was set aside for a reason. */
export interface AuditEntry {
  readonly kind: AuditedKind;
  readonly code: string;
  readonly key?: string;
  readonly destinationId?: string;
  readonly name?: string;
  readonly message?: string;
  readonly fields: FieldDifferences;
}

/** In the order in which they are shown. The first four are differences. */
export const auditedKinds = ['missing', 'differing', 'extra', 'duplicated', 'rejected', 'skipped'] as const;
export type AuditedKind = (typeof auditedKinds)[number];

export function isDifference(kind: AuditedKind): boolean {
  return kind !== 'rejected' && kind !== 'skipped';
}
