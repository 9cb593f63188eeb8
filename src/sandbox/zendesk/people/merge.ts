import type { TwinResponse } from '../../server/twin.ts';
import { objectOf } from '../api/requests.ts';
import { invalid, notFound } from '../api/responses.ts';
import type { Routes } from '../api/router.ts';
import type { OfUser } from './of-user.ts';
import type { ShowUser } from './serializers.ts';
import type { User } from './user.ts';
import type { Users } from './users.ts';

/**
 * Two end users made one, by a person or by `PUT /users/{id}/merge`: the addresses of the one that ends become further
 * addresses of the other, its tickets move, and everything else of it is lost (help center: "Merging a user's duplicate
 * account").
 */
export function createMerging({
  users,
  show,
  ofUser,
}: {
  readonly users: Users;
  readonly show: ShowUser;
  readonly ofUser: OfUser;
}) {
  let singleSignOn = false;

  function merge(loser: User, winner: User): void {
    const addresses = users.identitiesOf(loser.id).filter(({ type }) => type === 'email');
    users.remove(loser);
    for (const { value } of addresses) users.addIdentity(winner, value, true);
    users.tickets.move(loser.id, winner.id);
  }

  /** With JWT or SAML sign-on an external id says who signs in: neither of the two may have one. */
  function refusalOf(loser: User, winner: User): TwinResponse | undefined {
    const refuse = (description: string): TwinResponse => invalid({ field: 'base', description });
    if (!winner.active || winner === loser) return refuse('User to merge into not found');
    if (loser.role !== 'end-user' || winner.role !== 'end-user') return refuse('Only end users can be merged');
    const isNamed = loser.external_id !== null || winner.external_id !== null;
    return singleSignOn && isNamed ? refuse('Users with an external ID cannot be merged') : undefined;
  }

  const routes: Routes = {
    'PUT /users/{id}/merge': ofUser((loser, { request }) => {
      const winner = users.byId.get(Number(objectOf(request, 'user').id));
      if (!winner) return notFound;
      const refusal = refusalOf(loser, winner);
      if (refusal) return refusal;
      merge(loser, winner);
      return { status: 200, body: { user: show(winner) } };
    }),
  };

  return {
    merge,
    routes,
    /** Whether people sign in by JWT or SAML. */
    setSingleSignOn: (enabled: boolean): void => {
      singleSignOn = enabled;
    },
  };
}
