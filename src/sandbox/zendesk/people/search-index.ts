import type { User } from './user.ts';

/** Deleted users by address, as the search index still has them for a while. */
export function createSearchIndex(now: () => number) {
  const byAddress = new Map<string, { readonly user: User; readonly deletedAt: number }>();
  return {
    keep(user: User, addresses: readonly string[]): void {
      const entry = { user: { ...user }, deletedAt: now() };
      for (const address of addresses) byAddress.set(address, entry);
    },
    /** Whom an index that is so much late still shows with this address. */
    formerHolderOf(address: string, lagMs: number): User | undefined {
      const former = byAddress.get(address);
      return former && now() - former.deletedAt < lagMs ? former.user : undefined;
    },
  };
}
