import type { Json } from './json.ts';
import type { Link } from './link.ts';
import type { Delivery } from './write.ts';

export interface MappedRecord<P> {
  readonly key: string;
  readonly payload: P;
  /** `scan`: may wait for the end of the scan. `deferred`: may wait for others once more. `final`: nothing else moves any more, decide. */
  readonly phase: 'scan' | 'deferred' | 'final';
  /** The address it wants is held by a user that waits, directly or through others, for this one's address. Known in phase `final`. */
  readonly inCycle: boolean;
  /** Take the user away instead of writing its fields. */
  readonly remove: boolean;
  /** Mark the link as deactivated in this way once the write has succeeded. */
  readonly deactivating: string | undefined;
  /** Decide only on this: the user gives up its address, which other customers may have from now on. */
  readonly releasesEmail?: boolean;
  /** Somebody has approved exactly this write: skip the row as `drifted` when the user is not as it was then. */
  readonly onlyIfUnchanged: boolean;
}

export type Decision<P, I extends Json = Json> =
  | { readonly kind: 'unchanged'; readonly link?: Link }
  | { readonly kind: 'skip'; readonly reason: string; readonly message: string; readonly link?: Link }
  | {
      readonly kind: 'reject';
      readonly code: string;
      readonly message: string;
      readonly blockedByUserId?: string;
      readonly blockedByEmail?: string;
    }
  | { readonly kind: 'wait' }
  | { readonly kind: 'write'; readonly delivery: Delivery<P, I> };
