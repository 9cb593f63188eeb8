import type { Fields, Json } from '../../../core/domain/json.ts';
import type { Link } from '../../../core/domain/link.ts';
import { jsonEquals } from '../fields/fields.ts';

/**
 * What belongs to a user without being a field of it: organizations, and further addresses and phone numbers. Each has its
 * own endpoints, so it is written after the user; and the directory does not show it, so what is mapped is compared with
 * what we last sent. Only what we added is ever taken away.
 */
export const relatedKinds = ['organizations', 'emails', 'phones'] as const;
export type RelatedKind = (typeof relatedKinds)[number];

export interface RelatedChange {
  readonly from: readonly Json[];
  readonly to: readonly Json[];
}
export type RelatedResources = Readonly<Partial<Record<RelatedKind, RelatedChange>>>;

export function isRelated(name: string): name is RelatedKind {
  return relatedKinds.some((one) => one === name);
}

/** What of it must change. Absent where nothing does. */
export function diffRelated(mapped: Fields, { sent }: Pick<Link, 'sent'>): RelatedResources | undefined {
  const changes: Partial<Record<RelatedKind, RelatedChange>> = {};
  for (const name of relatedKinds) {
    if (!(name in mapped)) continue;
    const [from, to] = [listOf(sent[name]), listOf(mapped[name])];
    if (!jsonEquals(from, to)) changes[name] = { from, to };
  }
  return Object.keys(changes).length > 0 ? changes : undefined;
}

/** The fields of the user itself. */
export function omitRelated(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !isRelated(name)));
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function textsOf(values: readonly Json[]): readonly string[] {
  return values.filter((value): value is string => typeof value === 'string');
}

export type Refusal = { readonly code: string; readonly message: string };

/**
 * What could not be had, and why. `behind`: the user has it, but it is not in step itself: it does not count as sent, so that
 * the next look at the user tries again. Empty: all is as meant.
 */
export type RelatedRefusals = Readonly<Partial<Record<RelatedKind, Refusal | 'behind'>>>;
