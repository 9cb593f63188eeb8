import type { CallContext } from './context.ts';

/** Whether a user may be merged with another one. Only `mergeable` ones ever are. */
export type MergeStanding = 'mergeable' | 'staff' | 'suspended' | 'shared' | 'deleted';

/** A user of the destination as a person knows it: by what two users of one customer have in common. */
export interface UserProfile {
  readonly id: string;
  readonly standing: MergeStanding;
  readonly name: string;
  /** Lower case. */
  readonly email?: string;
  readonly phone?: string;
  readonly organizationId?: string;
  /** Lower case. */
  readonly externalId?: string;
  /** ISO 8601, as the destination has it. */
  readonly createdAt?: string;
}

/** What a sink does for `duplicates`. */
export interface MergeAdapter {
  /** Everybody who may be a customer, page by page, by fresh reads. Throws AuthError for credentials that only seem to work. */
  list(context: CallContext): AsyncIterable<readonly UserProfile[]>;
  /** The names of organizations by id. Those that are gone, or may not be read, are absent. */
  organizationNames(ids: readonly string[], context: CallContext): Promise<ReadonlyMap<string, string>>;
}
