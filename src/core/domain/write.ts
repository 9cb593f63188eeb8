import type { CallContext } from './context.ts';
import type { Fields, Json } from './json.ts';
import type { Link } from './link.ts';
import type { Result } from './result.ts';
import type { DirectoryUser } from './user.ts';

/** `I`: what the sink will do, JSON. The pipeline stores it and does not look into it. */
export interface Delivery<P, I extends Json = Json> {
  readonly key: string;
  /** Rows of one operation share a batch. */
  readonly operation: 'create' | 'update' | 'delete';
  readonly payload: P;
  /** Enough to find out after a crash what became of the row. */
  readonly intent: I;
}

export interface Batch<P, I extends Json = Json> {
  readonly id: string;
  readonly operation: Delivery<P>['operation'];
  readonly deliveries: readonly Delivery<P, I>[];
  readonly requestedAt: number;
}

export interface WriteContext extends CallContext {
  /**
   * Aborts when nothing more may be sent. A sink whose batch still waits for its turn then throws the signal's reason, and
   * only if it has sent nothing of it: the batch is closed as one that was never written.
   */
  readonly sending?: AbortSignal;
  /** Resolves when the job's id is on disk. */
  jobStarted(jobId: string): Promise<void>;
}

/** What was written of a row that has not come to its end. */
export type WrittenPart = Pick<Result, 'destinationId' | 'changes' | 'previousLastSent'>;

export type RowOutcome =
  | {
      readonly kind: 'written';
      readonly outcome: 'created' | 'updated';
      /** How it came about, such as `adopt`. */
      readonly code?: string;
      readonly link: Link;
      /** The record and its user belong together no more: the link is dropped. */
      readonly unlinksCustomer?: boolean;
      readonly user?: DirectoryUser;
      readonly changes?: Readonly<Record<string, readonly [Json, Json]>>;
      readonly previousLastSent?: Fields;
    }
  | {
      /** Not written, or not wholly: `link` then says what was. */
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly link?: Link;
      readonly user?: DirectoryUser;
      readonly changes?: Readonly<Record<string, readonly [Json, Json]>>;
      readonly previousLastSent?: Fields;
      readonly blockedByUserId?: string;
      readonly blockedByEmail?: string;
    }
  /** A rule of the destination's said no, found out only now. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly message: string; readonly user?: DirectoryUser }
  /** The directory was out of date: decide again with these users in it. */
  | {
      readonly kind: 'redecide';
      readonly users: readonly DirectoryUser[];
      readonly forget?: readonly string[];
      readonly link?: Link;
      /** Something was written on the way; it counts as such whatever comes next. */
      readonly written?: WrittenPart;
    }
  /** Refused, and nothing that we know explains it: look again at the end of the run. `written`: what else of it was. */
  | {
      readonly kind: 'unknown-cause';
      readonly code: string;
      readonly message: string;
      readonly link?: Link;
      readonly user?: DirectoryUser;
      readonly written?: WrittenPart;
      readonly blockedByUserId?: string;
      readonly blockedByEmail?: string;
    }
  /**
   * Certainly not written: send it again. With the user as it is, where that is known. `isAnswered`: the destination
   * accepted the batch and gave no result for this row: then the row is at fault. If no row has a result, the destination is.
   */
  | { readonly kind: 'not-written'; readonly users?: readonly DirectoryUser[]; readonly isAnswered?: boolean };

export interface SimulatedWrite {
  readonly outcome: RowOutcome;
  /** Calls that this row takes on top of its batch's. */
  readonly calls: number;
}

/** What was written to one user: field → [before, after]. */
export interface ExpectedChange {
  readonly id: string;
  readonly changes: Readonly<Record<string, readonly [Json, Json]>>;
}

export interface VerifiedField {
  readonly expected: Json;
  readonly shown: Json;
  readonly matches: boolean;
}
