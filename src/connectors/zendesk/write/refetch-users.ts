import { defined } from '../../../core/defined.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import type { Fields } from '../../../core/domain/json.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import type { UserRow } from '../api/api-schemas.ts';
import { equalsRemote, flattenUser } from '../fields/fields.ts';
import { toDirectoryUser } from '../match/directory.ts';
import { filledMeanwhile } from '../match/ownership.ts';
import { isStaff, staffOutcome } from '../match/staff.ts';
import { belongsToAnother, redecideWithOwnUsers } from './foreign-users.ts';
import { type ChangeIntent, type ExistingUserIntent, isChange } from './intents.ts';
import { gone } from './outcomes.ts';
import { hasTags } from './tag-diff.ts';
import type { WriteDependencies } from './write-dependencies.ts';

/** The state of a row of an update: its fields are as expected, are still to be written, or the row has its outcome. */
export type FieldWriteState =
  | { readonly kind: 'in-progress'; readonly intent: ExistingUserIntent; readonly stored?: Fields }
  | { readonly kind: 'ended'; readonly outcome: RowOutcome };

/**
 * Reads users again just before they are written, 100 per call, because the directory is minutes old, or hours in a
 * long run. Somebody who has become an agent since is not written, and an undo gets the true old values.
 */
export async function refetchBeforeWrite(
  dependencies: WriteDependencies,
  intents: readonly ExistingUserIntent[],
  context: CallContext,
): Promise<readonly FieldWriteState[]> {
  const ids = intents.map(({ id }) => id);
  const users = new Map(
    (await dependencies.api.showMany({ ids }, context.signal)).map((user) => [String(user.id), user]),
  );
  const strangers = intents.flatMap((intent) => {
    const row = users.get(intent.id);
    const user = row && toDirectoryUser(row, dependencies.fields);
    return user?.active && belongsToAnother(intent, user) ? [{ intent, user }] : [];
  });
  const instead = await redecideWithOwnUsers(dependencies, strangers, context);
  const outcomes = new Map(strangers.map(({ intent }, position) => [intent, instead[position]]));
  return intents.map((intent): FieldWriteState => {
    const outcome = outcomes.get(intent);
    if (outcome) return { kind: 'ended', outcome };
    const user = users.get(intent.id);
    if (!user || user.active === false) return { kind: 'ended', outcome: gone(intent) };
    const entry = toDirectoryUser(user, dependencies.fields);
    if (isStaff(entry)) return { kind: 'ended', outcome: staffOutcome(entry, dependencies.policies) };
    const stop = changedMeanwhile(intent, { entry, shown: flattenUser(user) }, dependencies);
    if (stop) return { kind: 'ended', outcome: stop };
    const now = { ...intent, user: entry };
    return { kind: 'in-progress', intent: isChange(now) ? rebaseOnCurrent(now, user) : now };
  });
}

/** The user has changed since the write was approved, or a field that was to be filled is no longer empty. */
function changedMeanwhile(
  intent: ExistingUserIntent,
  { entry, shown }: { readonly entry: DirectoryUser; readonly shown: Fields },
  { policies }: Pick<WriteDependencies, 'policies'>,
): RowOutcome | undefined {
  if (intent.kind === 'release-email' || intent.kind === 'revert') return undefined;
  const drifted = intent.onlyIfUnchanged ? driftOf(intent, shown) : [];
  if (drifted.length > 0) return driftedFrom(drifted, entry);
  return filledMeanwhile(intent.ifEmpty, shown, policies).length > 0 ? { kind: 'redecide', users: [entry] } : undefined;
}

/**
 * A write of `tags` replaces all tags, so it carries the current tags with our changes. If somebody else has suspended
 * the user meanwhile, we do not send the suspension, so that we do not lift it later.
 */
function rebaseOnCurrent(intent: ChangeIntent, user: UserRow): ChangeIntent {
  const shown = flattenUser(user);
  const { address } = intent;
  const former = address.kind === 'move' && shown.email === address.to ? address.from : undefined;
  const known: Fields = { ...shown, ...defined({ email: former }) };
  const now = { ...intent, before: Object.fromEntries(writtenBy(intent).map((name) => [name, known[name] ?? null])) };
  if (now.set.suspended !== true || user.suspended !== true) return now;
  const { suspended: _, ...set } = now.set;
  const { suspended: __, ...sent } = now.sent;
  return { ...now, set, sent };
}

function writtenBy(intent: ChangeIntent): readonly string[] {
  const isMoved = intent.address.kind === 'move';
  return [...Object.keys(intent.set), ...(hasTags(intent) ? ['tags'] : []), ...(isMoved ? ['email'] : [])];
}

/** Fields to be written whose value has changed since the write was approved. */
function driftOf(intent: ChangeIntent, shown: Fields): readonly string[] {
  const { before } = intent;
  return writtenBy(intent).filter((name) => name in before && !equalsRemote(name, before[name] ?? null, shown[name]));
}

function driftedFrom(fields: readonly string[], user: DirectoryUser): RowOutcome {
  const message = `Zendesk user ${user.id} has been changed since the plan was made (${fields.join(', ')}).`;
  return { kind: 'skipped', reason: 'drifted', message, user };
}
