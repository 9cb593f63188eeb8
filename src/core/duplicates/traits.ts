import type { UserProfile } from '../domain/merge-adapter.ts';
import { addressLikeness } from './look-alike-address.ts';

/** Why two users may be one customer. */
export const reasons = ['phone', 'name-and-organization', 'address'] as const;
export type Reason = (typeof reasons)[number];

export interface Trait {
  readonly reason: Reason;
  readonly value: string;
}

/** E.164, or undefined for what cannot be read as a number. */
export type ReadPhone = (text: string) => string | undefined;

/** Fewer digits say nothing about whose number it is. */
const minDigits = 7;
const minNameLength = 3;

/** What a user has in common with others of the same customer. */
export function traitsOf({ name, email, phone, organizationId }: UserProfile, readPhone: ReadPhone): readonly Trait[] {
  const found: Readonly<Record<Reason, string | undefined>> = {
    phone: phone === undefined ? undefined : phoneLikeness(phone, readPhone),
    'name-and-organization': organizationId === undefined ? undefined : nameInOrganization(name, organizationId),
    address: email === undefined ? undefined : addressLikeness(email),
  };
  return reasons.flatMap((reason) => {
    const value = found[reason];
    return value === undefined ? [] : [{ reason, value }];
  });
}

/** A number without a country code, where none can be told, is compared by its digits. */
function phoneLikeness(phone: string, readPhone: ReadPhone): string | undefined {
  const number = readPhone(phone) ?? phone.replaceAll(/\P{Nd}/gu, '');
  const digits = number.replaceAll(/\D/g, '');
  // Such as 000 0000 or +1 555 555 5555, which people write where they know no number.
  const isPlaceholder = new Set(digits).size <= 2;
  return digits.length < minDigits || isPlaceholder ? undefined : number;
}

/** In any case, with or without accents, and in either order: `Smith, John` is `John Smith`. */
function nameInOrganization(name: string, organizationId: string): string | undefined {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort();
  const text = words.join(' ');
  return text.length < minNameLength ? undefined : `${organizationId} ${text}`;
}
