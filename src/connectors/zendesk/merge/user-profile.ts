import { defined } from '../../../core/defined.ts';
import type { MergeStanding, UserProfile } from '../../../core/domain/merge-adapter.ts';
import type { UserRow } from '../api/api-schemas.ts';

/** A user as a person knows it. What is odd about a field makes it absent. */
export function toUserProfile(row: UserRow): UserProfile {
  const { id, name, email, external_id: externalId, phone, organization_id: organizationId } = row;
  return {
    id: String(id),
    standing: standingOf(row),
    name: name ?? '',
    ...defined({
      email: filled(email)?.toLowerCase(),
      phone: filled(phone),
      organizationId: typeof organizationId === 'number' ? String(organizationId) : undefined,
      externalId: filled(externalId)?.toLowerCase(),
      createdAt: filled(row.created_at),
    }),
  };
}

/** Staff and users of a sharing agreement cannot be merged (reference: users, merge). Who has no readable role may be staff. */
function standingOf({ active, role, suspended, shared, shared_agent: sharedAgent }: UserRow): MergeStanding {
  if (active === false) return 'deleted';
  if (role !== 'end-user') return 'staff';
  if (shared === true || sharedAgent === true) return 'shared';
  return suspended === true ? 'suspended' : 'mergeable';
}

function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
