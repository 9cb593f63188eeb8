import type { Json } from '../../domain/json.ts';

/**
 * What a service keeps besides the states of its pipelines, by kind and name:
 * - `facts`: what a configuration says, by the hash of its content, so that it is read once and not at each start.
 * - `schedule`: how far the schedule of a pipeline was followed that has no state of its own yet.
 * - `template`, `connection`: connections that stand as rows. Their secrets are encrypted before they come here.
 */
export type ServiceEntryKind = 'facts' | 'schedule' | 'template' | 'connection';

export interface ServiceEntry {
  readonly kind: ServiceEntryKind;
  readonly name: string;
  /** Undefined: remove it. */
  readonly value: Json | undefined;
}

export interface ServiceStore {
  entries(kind: ServiceEntryKind): Promise<ReadonlyMap<string, Json>>;
  entry(kind: ServiceEntryKind, name: string): Promise<Json | undefined>;
  /** All of them or none. Raises the version of each kind that they are of. */
  change(entries: readonly ServiceEntry[]): Promise<void>;
  /** Removes entries of this kind that were written before this time and are not among these names. */
  prune(
    kind: ServiceEntryKind,
    options: { readonly before: number; readonly keep: ReadonlySet<string> },
  ): Promise<void>;
  /** A number that differs once an entry of this kind has changed, whoever changed it. */
  version(kind: ServiceEntryKind): Promise<number>;
  close(): Promise<void>;
}
