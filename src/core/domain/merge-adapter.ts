import type { CallContext } from './context.ts';
import type { DirectoryUser } from './user.ts';

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

/** A fresh look at a user: what a person knows of it, and what the directory keeps. */
export interface SeenUser {
  readonly profile: UserProfile;
  readonly user: DirectoryUser;
}

/** One user that ends, and the one that it becomes part of. */
export interface MergePair {
  readonly loser: string;
  readonly winner: string;
  /** An address of the loser, by which the winner is known to have it by then. */
  readonly email?: string | undefined;
}

/** Whether one user has become part of the other. `gone`: it ended, and nothing shows that the other one has taken it up. */
export type MergeState = 'merged' | 'separate' | 'gone';

export type MergeReply =
  | { readonly kind: 'merged' }
  | { readonly kind: 'separate' }
  | { readonly kind: 'gone' }
  /** No customer data. */
  | { readonly kind: 'refused'; readonly message: string };

/** What a sink does for `duplicates` and `merge`. */
export interface MergeAdapter {
  /** Everybody who may be a customer, page by page, by fresh reads. Throws AuthError for credentials that only seem to work. */
  list(context: CallContext): AsyncIterable<readonly UserProfile[]>;
  /** The names of organizations by id. Those that are gone, or may not be read, are absent. */
  organizationNames(ids: readonly string[], context: CallContext): Promise<ReadonlyMap<string, string>>;
  /** Users as they are at this moment, by id. Who is not shown at all is absent. */
  look(ids: readonly string[], context: CallContext): Promise<ReadonlyMap<string, SeenUser>>;
  /**
   * Merges one user into another. The caller has just looked at both: a loser that is gone afterwards was merged by this
   * call, or by an attempt of it whose reply was lost. Throws only what halts the run; the fate of the pair is then unknown.
   */
  merge(pair: MergePair, context: CallContext): Promise<MergeReply>;
  /** How long after a request a merge may take to show, in milliseconds. */
  readonly effectMs: number;
  /** Finds out whether two users were merged. Writes nothing. */
  stateOf(pair: MergePair, context: CallContext): Promise<MergeState>;
}
