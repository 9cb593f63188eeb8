import type { CallContext } from '../../../core/domain/context.ts';
import { RecordError } from '../../../core/domain/errors.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import type { Identity } from '../api/api-schemas.ts';
import type { RefusalWords } from '../api/http.ts';
import type { ChangeIntent } from '../write/intents.ts';
import { findUserByEmail, saysTaken } from '../write/resolve-rejections.ts';
import type { WriteDependencies } from '../write/write-dependencies.ts';
import { addIdentity } from './add-identity.ts';

/**
 * Gives a user another primary address: add it without a mail, make it primary, take the old one away if we wrote it. Three
 * calls. A refusal is decided by the user's own addresses: one that is already there is simply made primary.
 * `kept`: the primary address is kept on purpose. `old-stays`: it is done, but Zendesk does not let the old address go. `refused`: for a
 * reason of Zendesk's that has nothing to do with another user.
 */
export async function changeEmail(
  dependencies: WriteDependencies,
  intent: ChangeIntent,
  { to, from }: { readonly to: string; readonly from?: string },
  context: CallContext,
): Promise<
  { readonly kind: 'changed' | 'old-stays' | 'kept' | 'taken' } | ({ readonly kind: 'refused' } & RefusalWords)
> {
  const { api, policies, onFailpoint } = dependencies;
  const { id, sent, user } = intent;
  // An undo sends no mail, and takes away the address that it reverts, whatever is done with old ones else.
  const { skipVerifyEmail, keepsOld } =
    intent.kind === 'revert'
      ? { skipVerifyEmail: true, keepsOld: false }
      : { skipVerifyEmail: intent.skipVerifyEmail, keepsOld: policies.oldEmail === 'keep' };
  const { signal } = context;
  const added = await addIdentity(dependencies, id, { type: 'email', value: to, skipVerifyEmail }, context);
  if (!added.own) {
    const isTaken = saysTaken(added.refusal) || (await findUserByEmail(dependencies, to, context)) !== undefined;
    return isTaken ? { kind: 'taken' } : { ...added.refusal, kind: 'refused' };
  }
  const { own, isNew } = added;
  onFailpoint('email-added');
  // Never written by us and there as a secondary address: the user was matched by it, and its primary stays.
  const matchedBySecondary =
    !isNew &&
    from === undefined &&
    user?.email !== undefined &&
    sent.email === to &&
    !own.primary &&
    neverSent(user, to);
  if (matchedBySecondary) return { kind: 'kept' };
  const identities = own.primary ? await api.identities(id, signal) : await makePrimary();
  onFailpoint('email-made-primary');
  const old = from === undefined || keepsOld ? undefined : identities.find((identity) => isAddress(identity, from));
  if (old && old.id !== own.id && !(await api.deleteIdentity(id, old.id, signal))) return { kind: 'old-stays' };
  onFailpoint('email-removed');
  return { kind: 'changed' };

  /** A new address that cannot become the primary one does not stay behind as a further one. */
  async function makePrimary(): Promise<readonly Identity[]> {
    try {
      return await api.makePrimary(id, own.id, signal);
    } catch (error) {
      if (isNew && error instanceof RecordError) await api.deleteIdentity(id, own.id, signal);
      throw error;
    }
  }
}

/**
 * The user gives up an address that we wrote: to open a cycle of changes, so that another one can have it, or because an
 * undo reverts it. `other`: the address that the user has then.
 */
export async function releaseEmailAddress(
  { api, onFailpoint }: Pick<WriteDependencies, 'api' | 'onFailpoint'>,
  id: string,
  address: string,
  { signal }: CallContext,
): Promise<
  { readonly kind: 'released'; readonly other: string | undefined } | Extract<RowOutcome, { kind: 'refused' }>
> {
  const identities = await api.identities(id, signal);
  const own = identities.find((identity) => isAddress(identity, address));
  const other = identities.find((identity) => identity.type === 'email' && !isAddress(identity, address));
  if (own && other) await api.makePrimary(id, other.id, signal);
  onFailpoint('email-made-primary');
  const freed = !own || (await api.deleteIdentity(id, own.id, signal));
  if (!freed) {
    const message =
      'Zendesk did not remove an address that must move to another user. Remove it from this user by hand.';
    return { kind: 'refused', code: 'email-taken', message, blockedByUserId: id };
  }
  onFailpoint('email-removed');
  return { kind: 'released', other: other?.value.toLowerCase() };
}

/** Addresses of ours are lower case. */
export function isAddress({ type, value }: Identity, address: string): boolean {
  return type === 'email' && value.toLowerCase() === address;
}

function neverSent(user: NonNullable<ChangeIntent['user']>, to: string): boolean {
  return user.email !== to;
}
