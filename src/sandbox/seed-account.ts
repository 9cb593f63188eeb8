import { helpdeskFields, helpdeskOrganizations, helpdeskPeople } from './seed/helpdesk.ts';
import type { createZendeskTwin } from './zendesk/twin.ts';

type Account = Pick<ReturnType<typeof createZendeskTwin>['control'], 'users' | 'organizations' | 'customFields'>;

const longAgoMs = 86_400_000;

/** Fills an account with people, as years of use would have, and a few agents with them. */
export function seedAccount(
  { users, organizations, customFields }: Account,
  { customers, seed }: { readonly customers: number; readonly seed: number },
): void {
  for (const field of helpdeskFields) customFields.define(field);
  const joined = helpdeskOrganizations(customers).map((one) => organizations.create(one));
  for (const { user, otherAddresses, phones, organizations: own } of helpdeskPeople(customers, seed)) {
    const made = users.create({ ...user, skip_verify_email: true });
    for (const address of otherAddresses) users.addIdentity(made, address, true);
    for (const phone of phones) users.addPhone(made, phone);
    for (const [position, index] of own.entries()) {
      const organization = joined[index];
      if (organization) organizations.join(made, organization, position === 0);
    }
    users.age(made, longAgoMs);
  }
  for (const n of [1, 2, 3])
    users.age(
      users.create({ name: `Agent ${n}`, email: `agent${n}@example.org`, role: 'agent', skip_verify_email: true }),
      longAgoMs,
    );
}
