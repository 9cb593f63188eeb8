import { defined } from '../../../core/defined.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { type ChangeIntent, keep, type ReleaseEmailIntent } from './intents.ts';
import {
  changesOf,
  needsJob,
  type Refused,
  updated,
  updatedLink,
  updatedUser,
  type Written,
  withPreviousRelated,
} from './outcomes.ts';

/** How a change of a user's e-mail address is recorded: it goes through the identities API, one call for each user. */

/** The user has released its address, and may have another one: its own change can now be decided. */
export function emailReleased(intent: ReleaseEmailIntent, other: string | undefined): RowOutcome {
  const { id, externalId, user = { id, role: 'end-user', active: true, updatedAt: 0 }, address } = intent;
  return {
    kind: 'redecide',
    users: [withOtherEmail({ ...user, externalId, active: true }, other)],
    link: updatedLink(intent, user.updatedAt),
    written: {
      destinationId: id,
      changes: { email: [address, other ?? null] },
      previousLastSent: { email: address },
    },
  };
}

/** The same for an undo, which needs nothing else of the address. */
export function emailReverted(
  intent: ChangeIntent,
  {
    address,
    other,
    writtenAt,
  }: { readonly address: string; readonly other: string | undefined; readonly writtenAt: number },
): Written {
  const outcome = updated(intent, { writtenAt });
  return {
    ...outcome,
    user: withOtherEmail({ fields: {}, ...updatedUser(intent) }, other),
    changes: { ...changesOf(intent), email: [address, other ?? null] },
  };
}

function withOtherEmail({ email: _, fields, ...user }: DirectoryUser, other: string | undefined): DirectoryUser {
  const { email: __, ...shown } = fields ?? {};
  const email = other !== undefined && { email: other };
  return { ...user, ...email, ...(fields && { fields: { ...shown, ...email } }) };
}

export const emailTakenText = 'The e-mail address is in use by another Zendesk user. The other fields were written.';

interface EmailRefusal {
  readonly writtenAt: number;
  readonly message: string;
  readonly blockedByUserId?: string;
}

/** The fields are written, but another user has the address. */
export function emailTaken(given: ChangeIntent, { writtenAt, message, blockedByUserId }: EmailRefusal): Refused {
  const intent = withPreviousRelated({ ...given, address: keep });
  return {
    kind: 'refused',
    code: 'email-taken',
    message,
    link: updatedLink(intent, writtenAt),
    user: updatedUser(intent),
    ...(needsJob(intent) && { changes: changesOf(intent) }),
    ...('previousLastSent' in intent && { previousLastSent: intent.previousLastSent }),
    ...defined({ blockedByUserId }),
    ...(given.address.kind === 'move' && { blockedByEmail: given.address.to }),
  };
}

/** The same, while the other user may still release the address. */
export function pendingRejection({
  code,
  message,
  link,
  user,
  changes,
  previousLastSent,
  blockedByEmail,
}: Refused): RowOutcome {
  return {
    kind: 'unknown-cause',
    code,
    message,
    ...defined({ link, user, blockedByEmail }),
    ...(link &&
      changes && {
        written: { destinationId: link.destinationId, changes, ...defined({ previousLastSent }) },
      }),
  };
}
