import type { CallContext } from '../../../core/domain/context.ts';
import type { Fields } from '../../../core/domain/json.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { redactDetails } from '../jobs/job-results.ts';
import { changeEmail, releaseEmailAddress } from '../related/change-email.ts';
import type { Refusal } from '../related/related.ts';
import { emailReleased, emailReverted, emailTaken, emailTakenText, pendingRejection } from './email-outcomes.ts';
import { type ChangeIntent, type ExistingUserIntent, keep } from './intents.ts';
import { updated } from './outcomes.ts';
import type { WriteDependencies } from './write-dependencies.ts';

interface Seen {
  readonly writtenAt: number;
  readonly stored?: Fields;
}

/** `refusal`: what Zendesk would not do of a change that was written otherwise. */
export interface AddressOutcome {
  readonly outcome: RowOutcome;
  readonly refusal?: Refusal;
}

/** Changes a user's address as the intent says, once its fields are written. */
export async function writeAddress(
  dependencies: WriteDependencies,
  intent: ExistingUserIntent,
  seen: Seen,
  context: CallContext,
): Promise<AddressOutcome> {
  if (intent.kind === 'release-email') {
    const released = await releaseEmailAddress(dependencies, intent.id, intent.address, context);
    return { outcome: released.kind === 'refused' ? released : emailReleased(intent, released.other) };
  }
  const { writtenAt } = seen;
  const { address } = intent;
  switch (address.kind) {
    case 'keep':
      return { outcome: updated(intent, seen) };
    case 'blocked':
      return { outcome: emailTaken(intent, { ...address, writtenAt }) };
    case 'move':
      return await moveAddress(dependencies, intent, { ...address, writtenAt }, context);
    case 'release': {
      const released = await releaseEmailAddress(dependencies, intent.id, address.address, context);
      if (released.kind === 'refused') return { outcome: released };
      return { outcome: emailReverted(intent, { address: address.address, other: released.other, writtenAt }) };
    }
    default:
      return address satisfies never;
  }
}

async function moveAddress(
  dependencies: WriteDependencies,
  intent: ChangeIntent,
  { writtenAt, ...move }: { readonly to: string; readonly from?: string; readonly writtenAt: number },
  context: CallContext,
): Promise<AddressOutcome> {
  const change = await changeEmail(dependencies, intent, move, context);
  switch (change.kind) {
    case 'changed':
      // What was read before the address moved does not show it.
      return { outcome: updated(intent, { writtenAt }) };
    case 'kept':
      return { outcome: updated({ ...intent, address: keep }, { writtenAt }) };
    case 'old-stays':
      return oldStays(intent, writtenAt);
    case 'refused': {
      const words = `${change.error}: ${redactDetails(change.details, { ...intent.sent, email: move.to })}`;
      const message = `Zendesk refused the e-mail address: ${words}. The other fields were written.`;
      return { outcome: addressRefused(intent, writtenAt, message) };
    }
    case 'taken': {
      const taken = emailTaken(withoutMove(intent), { writtenAt, message: emailTakenText });
      // Nobody was known to have it: perhaps as a second address, that a customer who comes later in this run gives up.
      const isFinal = intent.kind === 'revert' || intent.onlyIfUnchanged;
      return { outcome: isFinal ? taken : pendingRejection(taken) };
    }
    default:
      return change satisfies never;
  }
}

/** The former address counts as sent, so that the next decision on the customer removes it. */
function oldStays(intent: ChangeIntent, writtenAt: number): AddressOutcome {
  const outcome = updated(intent, { writtenAt });
  const message = 'Zendesk does not let the former e-mail address of the user go. Everything else was written.';
  const link = { ...outcome.link, sent: withoutMove(intent).sent };
  return { outcome: { ...outcome, link }, refusal: { code: 'refused', message } };
}

/** Zendesk refused to add or remove the address. What was written before stays. */
export function addressRefused(intent: ExistingUserIntent, writtenAt: number, message: string): RowOutcome {
  if (intent.kind === 'release-email' || intent.address.kind === 'release')
    return { kind: 'refused', code: 'refused', message, blockedByUserId: intent.id };
  const { blockedByEmail: _, ...taken } = emailTaken(withoutMove(intent), {
    writtenAt,
    message,
    blockedByUserId: intent.id,
  });
  return { ...taken, code: 'refused' };
}

/** The address has not changed: what counts as sent of it stays as it was. */
export function withoutMove<I extends ChangeIntent>(intent: I): I {
  if (intent.address.kind !== 'move') return intent;
  const { email: _, ...others } = intent.sent;
  const former = intent.address.from;
  return { ...intent, sent: former === undefined ? others : { ...others, email: former } };
}
