import type { MapResult } from '../core/domain/mapper.ts';

export type Rejected = Extract<MapResult<never>, { readonly kind: 'reject' }>;

/** What a rule of the configuration comes to on this record. Its failing is the record's affair, not the run's. */
export function attempt<T>(work: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

/** Liquid's message may show what it choked on: it goes into the detail. */
export function ruleFailed(what: string, error: unknown): Rejected {
  const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return { kind: 'reject', code: 'mapping-failed', message: `${what}: the rule fails on this customer.`, detail };
}

/** A target with the place of its rule, such as `name (rolodesk.yaml:12)`. */
export function withPlace(target: string, place: string | undefined): string {
  return place === undefined ? target : `${target} (${place})`;
}
