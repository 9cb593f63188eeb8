import type { User } from './user.ts';

/** Who has which external id. Unique without case. */
export function createExternalIds() {
  const holders = new Map<string, number>();
  return {
    holder: (externalId: string): number | undefined => holders.get(externalId.toLowerCase()),
    /** Null takes it away. */
    assign(user: User, externalId: string | null): void {
      if (user.external_id) holders.delete(user.external_id.toLowerCase());
      user.external_id = externalId;
      if (externalId) holders.set(externalId.toLowerCase(), user.id);
    },
  };
}
