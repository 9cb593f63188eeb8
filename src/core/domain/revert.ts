import type { Json } from './json.ts';
import type { Link } from './link.ts';
import type { Result } from './result.ts';
import type { Delivery } from './write.ts';

/** What a run wrote for one key. */
export interface PastWrite {
  readonly result: Result;
  /** The link as it is now, if there still is one. */
  readonly link: Link | undefined;
  /** An address that it must have back is held by a user that waits for this one's: give this one up first. */
  readonly releaseEmail?: boolean;
}

/** The run that is reverted. */
export interface PastRun {
  /** Destination's time; not later than its first write. */
  readonly since: number;
  /** How many of its records have something that is reverted. */
  readonly writes: number;
  /** Users into which others have been merged since, by id: what the run made holds more than its own by now. */
  readonly absorbing?: ReadonlySet<string>;
}

export interface RevertedRelated {
  readonly deleted: number;
  /** What stays, by its id in the destination, and why. No customer data. Refused: a later undo may have it. */
  readonly left: readonly { readonly id: string; readonly message: string; readonly isRefused?: boolean }[];
  /** Calls that it takes. */
  readonly calls: number;
}

export type RevertPlan<P, I extends Json = Json> = Decided<P, I> & {
  /** Calls that it took to decide, on top of the one for all of them. */
  readonly lookups?: number;
};

type Decided<P, I extends Json> =
  /** `conflicts`: fields that somebody has changed since; they stay. */
  | {
      readonly kind: 'write';
      readonly delivery: Delivery<P, I>;
      readonly conflicts: readonly string[];
      readonly note?: RevertNote;
    }
  /** `nothing`: all is as it was, or as near to it as can be (`note`). `refused`: what must be known first is not shown. */
  | { readonly kind: 'nothing'; readonly note?: RevertNote }
  | { readonly kind: 'conflict' | 'refused'; readonly message: string };

/** Why an undo did less than bring the user back to what it was, such as `has-tickets`. No customer data. */
export interface RevertNote {
  readonly code: string;
  readonly message: string;
}
