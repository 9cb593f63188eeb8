import type { Link } from '../domain/link.ts';
import type { MergeStanding, UserProfile } from '../domain/merge-adapter.ts';
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

const skip = (code: string, message: string): MergeDecision => ({ kind: 'skip', code, message });

/** Whether a pair that a person has chosen is still what it was, and may be merged. A merge cannot be undone: in doubt, no. */
export function decideMerge(
  { loser, winner }: { readonly loser: Side; readonly winner: Side },
  { conflict }: { readonly conflict: 'reject' | 'takeover' },
): MergeDecision {
  if (!isThere(winner)) return skip('user-gone', `The user to keep, ${winner.chosen.id}, was deleted or merged.`);
  if (!isThere(loser)) return { kind: 'gone' };
  for (const { profile } of [winner, loser]) {
    const reason = reasonNot(profile);
    if (reason) return reason;
  }
  for (const { chosen, profile } of [winner, loser])
    if (profileVersion(profile) !== chosen.version)
      return skip('changed-since', `User ${chosen.id} has changed since the file was written.`);
  return customersForbid({ loser, winner }) ?? externalIdsForbid({ loser, winner }, conflict) ?? { kind: 'merge' };
}

type SideThere = Side & { readonly profile: UserProfile };

function isThere(side: Side): side is SideThere {
  return side.profile !== undefined && side.profile.standing !== 'deleted';
}

const standingReasons: Readonly<Partial<Record<MergeStanding, readonly [code: string, what: string]>>> = {
  staff: ['staff-account', 'is an agent or admin, or its role cannot be read. Staff are never merged'],
  suspended: ['not-mergeable', 'is suspended'],
  shared: ['not-mergeable', 'is shared by another account, which alone may change it'],
};

function reasonNot({ id, standing }: UserProfile): MergeDecision | undefined {
  const [code, what] = standingReasons[standing] ?? [];
  return code === undefined ? undefined : skip(code, `User ${id} ${what}.`);
}

/** Two customers who are both in the source are two users again after the next sync, or fight for one. */
function customersForbid({ loser, winner }: Pair): MergeDecision | undefined {
  if (!loser.link || !winner.link || loser.link.deactivated !== undefined) return undefined;
  const [merged, kept] = [loser.link.key, winner.link.key];
  const message =
    winner.link.deactivated === undefined
      ? `Both users belong to customers, ${merged} and ${kept}. Merge these in the source first.`
      : `User ${winner.chosen.id} belongs to customer ${kept}, who is inactive. Keep the user of customer ${merged}.`;
  return skip('two-customers', message);
}

/** An external id of the loser is lost, and whoever has given it would make the user again. */
function externalIdsForbid({ loser, winner }: Pair, conflict: 'reject' | 'takeover'): MergeDecision | undefined {
  if (conflict === 'takeover') return undefined;
  if (!loser.link && loser.profile.externalId !== undefined)
    return skip(
      'external-id-conflict',
      `User ${loser.chosen.id} has an external_id that is not of a customer here. It would be lost.`,
    );
  if (loser.link?.deactivated === undefined && loser.link && !winner.link && winner.profile.externalId !== undefined)
    return skip(
      'external-id-conflict',
      `User ${winner.chosen.id} has an external_id that is not of a customer here. Keep the user of customer ${loser.link.key}.`,
    );
  return undefined;
}

interface Pair {
  readonly loser: SideThere;
  readonly winner: SideThere;
}
