import type { CallContext } from '../../core/contracts.ts';
import type { RowOutcome } from '../../core/sink.ts';
import { addIdentity } from './add-identity.ts';
import type { Identity } from './api-schemas.ts';
import type { UpdateIntent } from './intents.ts';
import { letGone } from './outcomes.ts';
import type { Tools } from './tools.ts';

/**
 * Gives a user another primary address: add it without a mail, make it primary, take the old one away if we wrote it. Three
 * calls. A refusal is judged by the user's own addresses: one that is already there is simply made primary.
 */
export async function changeEmail(
  tools: Tools,
  intent: UpdateIntent,
  { to, from }: { readonly to: string; readonly from?: string },
  context: CallContext,
): Promise<{ readonly kind: 'changed' | 'taken' }> {
  const { api, policies, onStep } = tools;
  const { id, sent, user, skipVerifyEmail } = intent;
  const { signal } = context;
  const { own, isNew } = await addIdentity(tools, id, { type: 'email', value: to, skipVerifyEmail }, context);
  if (!own) return { kind: 'taken' };
  onStep('address-added');
  // Never written by us and there as a secondary address: the user was matched by it, and its primary stays.
  const matchedBySecondary =
    !isNew &&
    from === undefined &&
    user?.email !== undefined &&
    sent.email === to &&
    !own.primary &&
    neverSent(user, to);
  if (matchedBySecondary) return { kind: 'changed' };
  const identities = own.primary ? await api.identities(id, signal) : await api.makePrimary(id, own.id, signal);
  onStep('address-made-primary');
  const old =
    from === undefined || policies.oldEmail === 'keep'
      ? undefined
      : identities.find((identity) => isAddress(identity, from));
  if (old && old.id !== own.id) await api.deleteIdentity(id, old.id, signal);
  onStep('address-removed');
  return { kind: 'changed' };
}

/** Opens a circle of changes: the user gives up an address that we wrote, so that another one can have it. */
export async function letAddressGo(
  { api, onStep }: Tools,
  intent: UpdateIntent,
  address: string,
  { signal }: CallContext,
): Promise<RowOutcome> {
  const identities = await api.identities(intent.id, signal);
  const own = identities.find((identity) => isAddress(identity, address));
  const other = identities.find((identity) => identity.type === 'email' && !isAddress(identity, address));
  if (own && other) await api.makePrimary(intent.id, other.id, signal);
  onStep('address-made-primary');
  const freed = !own || (await api.deleteIdentity(intent.id, own.id, signal));
  if (!freed) {
    const message =
      'Two customers swap addresses, and Zendesk does not let this one go. Change one of the two by hand.';
    return { kind: 'refused', code: 'email-taken', message, watchedId: intent.id };
  }
  onStep('address-removed');
  return letGone(intent, other?.value.toLowerCase());
}

function isAddress({ type, value }: Identity, address: string): boolean {
  return type === 'email' && value.toLowerCase() === address;
}

function neverSent(user: NonNullable<UpdateIntent['user']>, to: string): boolean {
  return user.email !== to;
}
