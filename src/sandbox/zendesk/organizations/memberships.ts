import type { Settings } from '../account/settings.ts';
import type { User } from '../people/user.ts';
import type { Membership, Organization } from './organization.ts';

/** Which users belong to which organizations. One membership of each user is the default, which the user itself shows. */
export function createMemberships({
  settings,
  nextId,
}: {
  readonly settings: Settings;
  readonly nextId: () => number;
}) {
  const byUser = new Map<number, Membership[]>();

  const of = (userId: number): readonly Membership[] => byUser.get(userId) ?? [];

  function showDefault(user: User): void {
    const own = of(user.id);
    user.organization_id = (own.find((one) => one.default) ?? own[0])?.organization_id ?? null;
  }

  function makeDefault(user: User, membership: Membership): void {
    for (const other of of(user.id)) other.default = other === membership;
    membership.default = true;
    showDefault(user);
  }

  function leave(user: User, membership: Membership): void {
    byUser.set(
      user.id,
      of(user.id).filter((other) => other !== membership),
    );
    const [first] = of(user.id);
    if (membership.default && first) first.default = true;
    showDefault(user);
  }

  function join(user: User, organization: Organization, asDefault: boolean): Membership {
    // Where a user may be in one organization only, another one takes its place.
    if (!settings.current.multipleOrganizations)
      for (const other of of(user.id)) if (other.organization_id !== organization.id) leave(user, other);
    const own = of(user.id);
    const present = own.find(({ organization_id }) => organization_id === organization.id);
    const membership = present ?? {
      id: nextId(),
      user_id: user.id,
      organization_id: organization.id,
      default: own.length === 0,
    };
    if (!present) byUser.set(user.id, [...own, membership]);
    if (asDefault) makeDefault(user, membership);
    showDefault(user);
    return membership;
  }

  return { of, all: (): readonly Membership[] => [...byUser.values()].flat(), join, leave, makeDefault };
}

export type Memberships = ReturnType<typeof createMemberships>;
