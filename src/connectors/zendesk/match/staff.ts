import type { SinkPolicies } from '../../../core/destination.ts';
import type { Decision } from '../../../core/domain/decision.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { unknownRole } from '../api/api-schemas.ts';
import type { ZendeskUser } from '../user.ts';

/**
 * Agents and admins are never written, whatever the policy says. `policies.staff` decides only whether their customer is
 * skipped, or rejected so that a person looks at it. match.ts asks before a write is decided; refetch-users.ts and
 * write-deletes.ts just before it is sent; resolve-rejections.ts before a user is adopted; undo/plan-revert.ts before an
 * undo.
 */

export function isStaff(user: Pick<DirectoryUser, 'role'>): boolean {
  return user.role !== 'end-user';
}

/** For a user that the directory shows as staff. */
export function staffDecision(
  user: DirectoryUser,
  { staff }: Pick<SinkPolicies, 'staff'>,
): Exclude<Decision<ZendeskUser>, { readonly kind: 'write' }> {
  return staff === 'skip'
    ? { kind: 'skip', reason: code, message: messageFor(user) }
    : { kind: 'reject', code, message: messageFor(user), blockedByUserId: user.id };
}

/** For a user that turns out to be staff just before it is written. */
export function staffOutcome(user: DirectoryUser, { staff }: Pick<SinkPolicies, 'staff'>): RowOutcome {
  const message = messageFor(user);
  return staff === 'skip'
    ? { kind: 'skipped', reason: code, message, user }
    : { kind: 'refused', code, message, user, blockedByUserId: user.id };
}

const code = 'staff-account';

function messageFor({ id, role }: DirectoryUser): string {
  if (role === unknownRole)
    return `The role of Zendesk user ${id} cannot be read: it may be staff, who are never written.`;
  return `Zendesk user ${id} is an agent or admin. Staff are never written.`;
}
