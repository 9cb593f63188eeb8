import type { Identity, Mail, User } from './user.ts';

type Type = Identity['type'];

/** Addresses and numbers of users. Each is one user's only, and one of each type is the primary one, which the user shows. */
export function createIdentityStore({
  nextId,
  stamp,
}: {
  readonly nextId: () => number;
  readonly stamp: () => string;
}) {
  const byUser = new Map<number, Identity[]>();
  const holders: Readonly<Record<Type, Map<string, number>>> = { email: new Map(), phone_number: new Map() };
  const mails: Mail[] = [];

  const identitiesOf = (userId: number): Identity[] => byUser.get(userId) ?? [];

  function show(user: User, type: Type, value: string | null): void {
    user[type === 'email' ? 'email' : 'phone'] = value;
  }

  function add(user: User, given: Pick<Identity, 'type' | 'value' | 'primary' | 'verified'>): Identity {
    const at = stamp();
    const identity: Identity = { id: nextId(), ...given, created_at: at, updated_at: at };
    byUser.set(user.id, [...identitiesOf(user.id), identity]);
    holders[given.type].set(given.value, user.id);
    if (given.primary) show(user, given.type, given.value);
    return identity;
  }

  return {
    mails,
    identitiesOf,
    emailHolder: (address: string): number | undefined => holders.email.get(address.trim().toLowerCase()),
    phoneHolder: (number: string): number | undefined => holders.phone_number.get(number),
    addPhone: (user: User, value: string, { primary }: { readonly primary: boolean }): Identity =>
      add(user, { type: 'phone_number', value, primary, verified: false }),
    /** `quiet`: no mail asks to verify it. */
    addEmail(
      user: User,
      value: string,
      { quiet, ...given }: { readonly primary: boolean; readonly verified: boolean; readonly quiet: boolean },
    ): Identity {
      const address = value.trim().toLowerCase();
      const identity = add(user, { type: 'email', value: address, ...given });
      if (!quiet && !given.verified) mails.push({ to: address, kind: 'verification' });
      return identity;
    },
    makePrimary(user: User, { type, value, id }: Identity): void {
      for (const other of identitiesOf(user.id)) if (other.type === type) other.primary = other.id === id;
      show(user, type, value);
    },
    /** The next one of its type takes the place of a primary one. */
    remove(user: User, { type, value, id, primary }: Identity): void {
      const remaining = identitiesOf(user.id).filter((other) => other.id !== id);
      byUser.set(user.id, remaining);
      holders[type].delete(value);
      if (!primary) return;
      const next = remaining.find((other) => other.type === type);
      if (next) next.primary = true;
      show(user, type, next?.value ?? null);
    },
    /** All of them are free again. */
    removeAll(user: User): void {
      for (const { type, value } of identitiesOf(user.id)) holders[type].delete(value);
      byUser.delete(user.id);
    },
  };
}

export type IdentityStore = ReturnType<typeof createIdentityStore>;
