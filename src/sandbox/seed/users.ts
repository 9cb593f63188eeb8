import { createRandom } from '../server/random.ts';
import { familyNames, givenNames } from './names.ts';

/** A user that is in the helpdesk before the first sync. */
export interface SeedUser {
  readonly name: string;
  readonly email: string;
  readonly role: 'end-user' | 'agent' | 'admin';
  readonly external_id?: string;
  readonly tags?: readonly string[];
  /** Secondary addresses. */
  readonly others?: readonly string[];
}

/**
 * Most have nothing to do with the customers. Some are customers without an external id (to be adopted), one is an agent
 * with a customer's address, one an agent with it as a secondary address, and a few belong to another system.
 */
export function seedUsers(count: number, seed: number): SeedUser[] {
  const random = createRandom(seed ^ 0x5eed);
  return Array.from({ length: count }, (_, index): SeedUser => {
    const name = `${givenNames[Math.floor(random() * givenNames.length)]} ${familyNames[Math.floor(random() * familyNames.length)]}`;
    const tags = index % 4 === 0 ? ['vip', 'made_by_hand'] : [];
    if (index === 0) return { name, email: 'customer3@example.com', role: 'agent' };
    if (index === 1) return { name, email: 'agent@example.org', role: 'agent', others: ['customer5@example.com'] };
    if (index === 2) return { name, email: 'customer8@example.com', role: 'end-user', external_id: 'crm-8' };
    if (index === 3) return { name, email: 'second@example.net', role: 'end-user', others: ['customer12@example.com'] };
    if (index % 3 === 1) return { name, email: `customer${20 + index}@example.com`, role: 'end-user', tags };
    return { name, email: `user${index}@example.net`, role: 'end-user', tags };
  });
}
