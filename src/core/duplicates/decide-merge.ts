import type { Link } from '../domain/link.ts';
import type { UserProfile } from '../domain/merge-adapter.ts';
import { profileVersion } from './profile-version.ts';

/** A user as a person saw it when the choice was made. */
export interface ChosenUser {
  readonly id: string;
  /** Of that moment. */
  readonly version: string;
  /** The address that was shown then, if any: a hint for finding out what became of a user who is gone. */
  readonly email?: string;
}

/** What a person has chosen: users who become part of one that stays. */
export interface MergeChoice {
  /** Any name, for the report. */
  readonly group: string;
  readonly keep: ChosenUser;
  readonly merge: readonly ChosenUser[];
}

/** One side of a pair, as it is now. */
export interface Side {
  readonly chosen: ChosenUser;
  /** Absent: the destination does not show it. */
  readonly profile: UserProfile | undefined;
  readonly link: Link | undefined;
}

export type MergeDecision =
  | { readonly kind: 'merge' }
  /** The loser is not there any more: it may have been merged already. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'skip'; readonly code: string; readonly message: string };

/** Whether a pair that a person has chosen is still what it was, and may be merged. A merge cannot be undone: in doubt, no. */
export function decideMerge(
  { loser, winner }: { readonly loser: Side; readonly winner: Side },
  { conflict }: { readonly conflict: 'reject' | 'takeover' },
): MergeDecision {
  if (!isThere(winner)) {
    const message = `The user to keep, ${winner.chosen.id}, was deleted or merged.`;
    return { kind: 'skip', code: 'user-gone', message };
  }
  if (!isThere(loser)) return { kind: 'gone' };
  const pair = { loser, winner };
  return (
    standingForbids(winner.profile) ??
    standingForbids(loser.profile) ??
    changeForbids(winner) ??
    changeForbids(loser) ??
    customersForbid(pair) ??
    (conflict === 'reject' ? externalIdsForbid(pair) : undefined) ?? { kind: 'merge' }
  );
}

type SideThere = Side & { readonly profile: UserProfile };

function isThere(side: Side): side is SideThere {
  return side.profile !== undefined && side.profile.standing !== 'deleted';
}

function standingForbids({ id, standing }: UserProfile): MergeDecision | undefined {
  const code = 'not-mergeable';
  switch (standing) {
    case 'staff': {
      const message = `User ${id} is an agent or admin, or its role cannot be read. Staff are never merged.`;
      return { kind: 'skip', code: 'staff-account', message };
    }
    case 'suspended':
      return { kind: 'skip', code, message: `User ${id} is suspended.` };
    case 'shared':
      return { kind: 'skip', code, message: `User ${id} is shared by another account, which alone may change it.` };
    case 'deleted':
    case 'mergeable':
      return undefined;
    default:
      return standing satisfies never;
  }
}

function changeForbids({ chosen, profile }: SideThere): MergeDecision | undefined {
  if (profileVersion(profile) === chosen.version) return undefined;
  const message = `User ${chosen.id} has changed since the file was written.`;
  return { kind: 'skip', code: 'changed-since', message };
}

/** Two customers who are both in the source are two users again after the next sync, or fight for one. */
function customersForbid({ loser, winner }: Pair): MergeDecision | undefined {
  if (!loser.link || !winner.link || loser.link.deactivated !== undefined) return undefined;
  const [merged, kept] = [loser.link.key, winner.link.key];
  const message =
    winner.link.deactivated === undefined
      ? `Both users belong to customers, ${merged} and ${kept}. Merge these in the source first.`
      : `User ${winner.chosen.id} belongs to customer ${kept}, who is inactive. Keep the user of customer ${merged}.`;
  return { kind: 'skip', code: 'two-customers', message };
}

/** An external id of the loser is lost, and whoever has given it would make the user again. */
function externalIdsForbid({ loser, winner }: Pair): MergeDecision | undefined {
  const code = 'external-id-conflict';
  if (!loser.link && loser.profile.externalId !== undefined) {
    const message = `User ${loser.chosen.id} has an external_id that is not of a customer here. It would be lost.`;
    return { kind: 'skip', code, message };
  }
  const isMoving = loser.link !== undefined && loser.link.deactivated === undefined && !winner.link;
  if (!isMoving || winner.profile.externalId === undefined) return undefined;
  const message = `User ${winner.chosen.id} has an external_id that is not of a customer here. Keep the user of customer ${loser.link?.key}.`;
  return { kind: 'skip', code, message };
}

interface Pair {
  readonly loser: SideThere;
  readonly winner: SideThere;
}
