import type { TwinReply } from '../kernel/server.ts';
import { invalid } from './replies.ts';
import type { User, Users } from './users.ts';

/**
 * Two end users made one, by a person or by `PUT /users/{id}/merge`: the addresses of the one that ends become further
 * addresses of the other, its tickets move, and everything else of it is lost (help center: "Merging a user's duplicate
 * account").
 */
export function mergeUsers(users: Users, loser: User, winner: User): void {
  const addresses = users.identitiesOf(loser.id).filter(({ type }) => type === 'email');
  const tickets = (users.tickets.get(winner.id) ?? 0) + (users.tickets.get(loser.id) ?? 0);
  users.remove(loser);
  for (const { value } of addresses) users.addIdentity(winner, value, true);
  users.tickets.delete(loser.id);
  if (tickets > 0) users.tickets.set(winner.id, tickets);
}

/** Why Zendesk refuses. With JWT or SAML sign-on an external id tells who signs in: neither of the two may have one. */
export function refusalToMerge(
  loser: User,
  winner: User | undefined,
  { singleSignOn }: { readonly singleSignOn: boolean },
): TwinReply | undefined {
  if (!winner?.active || winner === loser)
    return invalid({ field: 'base', description: 'User to merge into not found' });
  if (loser.role !== 'end-user' || winner.role !== 'end-user')
    return invalid({ field: 'base', description: 'Only end users can be merged' });
  if (singleSignOn && (loser.external_id !== null || winner.external_id !== null))
    return invalid({ field: 'base', description: 'Users with an external ID can not be merged' });
  return undefined;
}
