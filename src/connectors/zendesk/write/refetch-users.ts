import type { CallContext } from '../../../core/domain/context.ts';
import type { Fields } from '../../../core/domain/json.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import type { UserRow } from '../api/api-schemas.ts';
import { equalsRemote, flattenUser } from '../fields/fields.ts';
import { toDirectoryUser } from '../match/directory.ts';
import { nowNonEmpty } from '../match/ownership.ts';
import { isStaff, staffOutcome } from '../match/staff.ts';
import { isSomebodyElses, whoseInstead } from './assert-ours.ts';
import type { UpdateIntent } from './intents.ts';
import { gone } from './outcomes.ts';
import type { WriteDependencies } from './write-dependencies.ts';

/** Where a row of an update stands: its fields are as meant (or are yet to be written), or it has come to its end. */
export type FieldWriteState =
  | { readonly kind: 'written'; readonly intent: UpdateIntent; readonly stored?: Fields }
  | { readonly kind: 'ended'; readonly outcome: RowOutcome };

/**
 * Users are read again just before they are written, 100 a call: the directory is minutes old, or hours in a long run, and
 * who has become an agent since is not written; nor are old values guessed that an undo would put back one day.
 */
export async function refetchBeforeWrite(
  dependencies: WriteDependencies,
  intents: readonly UpdateIntent[],
  context: CallContext,
): Promise<readonly FieldWriteState[]> {
  const ids = intents.map(({ id }) => id);
  const users = new Map(
    (await dependencies.api.showMany({ ids }, context.signal)).map((user) => [String(user.id), user]),
  );
  const strangers = intents.flatMap((intent) => {
    const row = users.get(intent.id);
    const user = row && toDirectoryUser(row, dependencies.fields);
    return user?.active && isSomebodyElses(intent, user) ? [{ intent, user }] : [];
  });
  const instead = await whoseInstead(dependencies, strangers, context);
  const outcomes = new Map(strangers.map(({ intent }, position) => [intent, instead[position]]));
  return intents.map((intent): FieldWriteState => {
    const outcome = outcomes.get(intent);
    if (outcome) return { kind: 'ended', outcome };
    const user = users.get(intent.id);
    if (!user || user.active === false) return { kind: 'ended', outcome: gone(intent) };
    const entry = toDirectoryUser(user, dependencies.fields);
    if (isStaff(entry)) return { kind: 'ended', outcome: staffOutcome(entry, dependencies.policies) };
    const drifted = intent.onlyIfUnchanged ? driftOf(intent, flattenUser(user)) : [];
    if (drifted.length > 0) return { kind: 'ended', outcome: driftedFrom(drifted, entry) };
    if (nowNonEmpty(intent.ifEmpty ?? [], flattenUser(user), dependencies.policies).length > 0)
      return { kind: 'ended', outcome: { kind: 'redecide', users: [entry] } };
    return { kind: 'written', intent: asOfNow({ ...intent, user: entry }, user) };
  });
}

/**
 * A write of `tags` replaces the set: it carries the set of this moment ± ours. A user whom somebody else has suspended
 * meanwhile keeps that suspension as theirs: it is not sent, so it is not lifted later.
 */
function asOfNow(intent: UpdateIntent, user: UserRow): UpdateIntent {
  const shown = flattenUser(user);
  const { from, to } = intent.email ?? {};
  const hasMoved = from !== undefined && shown.email === to;
  const known: Fields = { ...shown, ...(hasMoved && { email: from }) };
  const now = { ...intent, before: Object.fromEntries(writtenBy(intent).map((name) => [name, known[name] ?? null])) };
  if (now.set.suspended !== true || user.suspended !== true) return now;
  const { suspended: _, ...set } = now.set;
  const { suspended: __, ...sent } = now.sent;
  return { ...now, set, sent };
}

function writtenBy({ set, tags, email }: UpdateIntent): readonly string[] {
  return [...Object.keys(set), ...(tags ? ['tags'] : []), ...(email ? ['email'] : [])];
}

/** The fields about to be written whose value is no longer the one that the write was approved for. */
function driftOf(intent: UpdateIntent, shown: Fields): readonly string[] {
  const { before } = intent;
  return writtenBy(intent).filter((name) => name in before && !equalsRemote(name, before[name] ?? null, shown[name]));
}

function driftedFrom(fields: readonly string[], user: DirectoryUser): RowOutcome {
  const message = `Zendesk user ${user.id} has been changed since the plan was made (${fields.join(', ')}).`;
  return { kind: 'skipped', reason: 'drifted', message, user };
}
