import type { CallContext } from './context.ts';
import type { Json } from './json.ts';
import type { Link } from './link.ts';
import type { DirectoryUser } from './user.ts';

/** What a sink does for an audit: it reads everything again and compares by what it knows of its API. Writes nothing. */
export interface AuditAdapter<P> {
  /** Everybody whom the destination has at this moment, page by page. Throws AuthError for credentials that only seem to work. */
  list(context: CallContext): AsyncIterable<readonly DirectoryUser[]>;
  /** Holds a user, as `list` gave it, against what it should be. */
  compareUser(subject: Subject<P>, context: CallContext): Promise<UserComparison>;
  /** The user that the linked one, who is gone, was merged into. */
  findSurvivor(gone: Gone<P>, context: CallContext): Promise<DirectoryUser | undefined>;
  /** Never written, and so never ours. */
  isStaff(user: DirectoryUser): boolean;
  /** Users of whom this is the same are one person, as far as a machine can tell, though nothing that must be unique says so. */
  fuzzyKey(user: DirectoryUser): string | undefined;
  /** A user who was deleted over there stays so: a customer without a user is then in order. */
  readonly toleratesDeleted: boolean;
  /** Its codes for a user who was deleted over there, and for one who was merged into another. Also the reasons of its skips. */
  readonly codes: { readonly deleted: string; readonly merged: string };
  /** Fields of the mapping that `list` does not show: of these, what the customer has now is compared with what was last sent. */
  readonly unlistedFields: readonly string[];
  /** What people call the user. */
  nameOf(of: P | DirectoryUser): string | undefined;
}

export interface Subject<P> {
  readonly expected: P;
  readonly link: Link | undefined;
  readonly user: DirectoryUser;
}

/** A customer whose user is not there any more. */
export interface Gone<P> {
  readonly expected: P;
  readonly link: Link;
}

export interface UserComparison {
  /** Field → [as it should be, as it is]. Empty: in step. */
  readonly differences: FieldDifferences;
  /** Fields in step that the destination is known to keep in a form of its own. */
  readonly normalized: readonly string[];
  /**
   * Differences that have been there since the destination first showed what we had written: a form of its own that we do
   * not know of, or an edit that was quicker than our first look. A sync leaves them.
   */
  readonly standing: readonly string[];
}

export type FieldDifferences = Readonly<Record<string, readonly [Json, Json]>>;
