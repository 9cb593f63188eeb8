import type { TwinResponse } from '../../server/twin.ts';
import { objectOf } from '../api/requests.ts';
import { invalid, notFound } from '../api/responses.ts';
import type { Routes } from '../api/router.ts';
import type { OfUser } from './of-user.ts';
import type { ShowUser } from './serializers.ts';
import type { User } from './user.ts';
import type { Users } from './users.ts';

/** Help center, "Merging a user's duplicate account" (2026-11-28). */
const maxTickets = 10_000;

/**
 * Two end users made one, by a person or by `PUT /users/{id}/merge`: the addresses of the one that ends become further
 * addresses of the other, its tickets move, and everything else of it is lost (help center: "Merging a user's duplicate
 * account"). The reply may come before the effect: for some seconds both users look as before (community post
 * 4413001435418).
 */
export function createMerging({
  users,
  show,
  ofUser,
  now,
}: {
  readonly users: Users;
  readonly show: ShowUser;
  readonly ofUser: OfUser;
  readonly now: () => number;
}) {
  let singleSignOn = false;
  let lagMs = 0;
  let due: { readonly at: number; readonly loser: User; readonly winner: User }[] = [];

  function merge(loser: User, winner: User): void {
    const addresses = users.identitiesOf(loser.id).filter(({ type }) => type === 'email');
    users.remove(loser);
    for (const { value } of addresses) users.addIdentity(winner, value, true);
    users.tickets.move(loser.id, winner.id);
  }

  /** What was answered some seconds ago takes effect. */
  function settle(): void {
    const ready = due.filter(({ at }) => at <= now());
    due = due.filter(({ at }) => at > now());
    for (const { loser, winner } of ready) if (loser.active && winner.active) merge(loser, winner);
  }

  /** Who has not confirmed an address or number must at least have an address. */
  function isUnreachable({ id }: User): boolean {
    return users.identitiesOf(id).every(({ type, verified }) => type !== 'email' && !verified);
  }

  /** With JWT or SAML sign-on an external id says who signs in: neither of the two may have one. */
  function refusalOf(loser: User, winner: User): TwinResponse | undefined {
    const refuse = (description: string): TwinResponse => invalid({ field: 'base', description });
    if (!winner.active || winner === loser) return refuse('User to merge into not found');
    if (loser.role !== 'end-user' || winner.role !== 'end-user') return refuse('Only end users can be merged');
    if (winner.shared === true) return refuse('Users of a sharing agreement cannot be merged');
    if (users.tickets.get(loser.id) > maxTickets) return refuse('Users with too many tickets cannot be merged');
    if (isUnreachable(loser) || isUnreachable(winner))
      return refuse('Unverified users without an email cannot be merged');
    const isNamed = loser.external_id !== null || winner.external_id !== null;
    return singleSignOn && isNamed ? refuse('Users with an external ID cannot be merged') : undefined;
  }

  const routes: Routes = {
    'PUT /users/{id}/merge': ofUser((loser, { request }) => {
      const winner = users.byId.get(Number(objectOf(request, 'user').id));
      if (!winner) return notFound;
      const refusal = refusalOf(loser, winner);
      if (refusal) return refusal;
      if (lagMs === 0) merge(loser, winner);
      else due.push({ at: now() + lagMs, loser, winner });
      return { status: 200, body: { user: show(winner) } };
    }),
  };

  return {
    merge,
    routes,
    settle,
    /** How long after its reply a merge takes effect. */
    setLag: (ms: number): void => {
      lagMs = ms;
    },
    /** Whether people sign in by JWT or SAML. */
    setSingleSignOn: (enabled: boolean): void => {
      singleSignOn = enabled;
    },
  };
}
