import { forbidden, notFound } from '../api/responses.ts';
import type { Handler, RoutedCall } from '../api/router.ts';
import type { User } from './user.ts';

/** Makes a handler of what is done for the user that the route names with `{id}`. */
export function createOfUser(byId: ReadonlyMap<number, User>) {
  return (handler: (user: User, call: RoutedCall) => ReturnType<Handler>): Handler =>
    (call) => {
      const { method } = call.request;
      const user = byId.get(Number(call.params.id));
      // Of a deleted user, only the user itself can be read.
      const isItself = method === 'GET' && call.path === `/users/${call.params.id}`;
      if (!user || (!user.active && !isItself)) return notFound;
      return user.shared === true && method !== 'GET' ? forbidden : handler(user, call);
    };
}

export type OfUser = ReturnType<typeof createOfUser>;
