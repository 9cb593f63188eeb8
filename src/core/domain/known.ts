import type { Link } from './link.ts';
import type { SourceRecord } from './record.ts';
import type { Outcome } from './result.ts';
import type { DirectoryUser } from './user.ts';

export interface Known {
  /** Settled earlier in this run. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly links: ReadonlyMap<string, Link>;
  readonly linksByUser: ReadonlyMap<string, Link>;
  readonly linksByExternalId: ReadonlyMap<string, Link>;
  /** Key by the address that it may use. */
  readonly claimantsByEmail: ReadonlyMap<string, string>;
  /** Address by the key that may use it. */
  readonly emailsByClaimant: ReadonlyMap<string, string>;
  readonly users: ReadonlyMap<string, DirectoryUser>;
  readonly usersByExternalId: ReadonlyMap<string, DirectoryUser>;
  readonly usersByEmail: ReadonlyMap<string, DirectoryUser>;
  readonly deadLetters: ReadonlyMap<string, DeadLetter>;
  /** Looked up in the destination, by the id of the user that is gone: the store does not know them. */
  readonly survivors?: ReadonlyMap<string, Survivor>;
}

/** The user that another one was merged into. */
export interface Survivor {
  readonly user: DirectoryUser;
  /** The address of the gone user by which it was found; not always its primary one. */
  readonly email: string;
}

export interface DeadLetter {
  readonly key: string;
  readonly code: string;
  readonly message: string;
  /** As in the result. */
  readonly detail?: string;
  readonly record: SourceRecord;
  /** Hash of what would be sent. While it stays the same, the record is not sent again without being asked to. */
  readonly payloadHash: string;
  readonly run: string;
  readonly at: number;
  /** The destination's user and address that the reject is about: a change of either makes the letter due again. */
  readonly blockedByUserId?: string;
  readonly blockedByEmail?: string;
  readonly due: boolean;
}

/** What the source last showed of a customer that has, or had, an address. Kept where customers of one address share a user. */
export interface EmailRecord {
  readonly key: string;
  readonly email: string;
  /** It counts for what the user of the address is made of. */
  readonly isActive: boolean;
  readonly record: SourceRecord;
}

/** A skip that is decided again when its cause may have changed. Never pruned. */
export interface Pending {
  readonly key: string;
  readonly reason: string;
  readonly email?: string;
  readonly record: SourceRecord;
  readonly due: boolean;
}
