import { createChangeLog, firstWhere } from './change-log.ts';
import type { User } from './user.ts';

/** Every user that is or was in the account, and when each was last changed. */
export function createUserTable(now: () => number) {
  const byId = new Map<number, User>();
  /** In the order of their ids, which grow. */
  const all: User[] = [];
  const log = createChangeLog();
  let lastId = 361_000_000_001;

  /** In whole seconds, as Zendesk has them. */
  const stamp = (): string => `${new Date(Math.floor(now() / 1000) * 1000).toISOString().slice(0, 19)}Z`;

  return {
    byId,
    stamp,
    /** Users and identities share one sequence. */
    nextId(): number {
      lastId += 1;
      return lastId;
    },
    add(user: User): void {
      byId.set(user.id, user);
      all.push(user);
    },
    /** The user has changed just now. */
    touch(user: User): void {
      user.updated_at = stamp();
      log.put(user.id, now());
    },
    /** As if it had been there for long. */
    age(user: User, ms: number): void {
      log.put(user.id, now() - ms);
    },
    changesBehind: log.next,
    /** Users in the order of their ids, from the first behind this one. */
    *behind(id: number): Generator<User> {
      for (let at = firstWhere(all.length, (index) => (all[index]?.id ?? 0) > id); at < all.length; at += 1) {
        const user = all[at];
        if (user) yield user;
      }
    },
  };
}
