import { createRandom } from '../server/random.ts';
import { familyNames, givenNames } from './names.ts';

/** A helpdesk that has been in use for years: what a migration finds. */

/** In addition to those that every account of the sandbox has (account.ts): together one of each type. */
export const helpdeskFields: readonly Readonly<Record<string, unknown>>[] = [
  { key: 'nickname', type: 'text', title: 'Nickname' },
  { key: 'remarks', type: 'textarea', title: 'Remarks' },
  { key: 'newsletter', type: 'checkbox', title: 'Newsletter', tag: 'newsletter' },
  { key: 'visits', type: 'integer', title: 'Visits' },
  { key: 'contract', type: 'regexp', title: 'Contract', regexp_for_validation: String.raw`\A[A-Z]{2}-[0-9]{4}\z` },
  {
    key: 'interests',
    type: 'multiselect',
    title: 'Interests',
    custom_field_options: [
      { name: 'Roses', value: 'roses' },
      { name: 'Fruit trees', value: 'fruit_trees' },
      { name: 'Tools', value: 'tools' },
    ],
  },
];

/** As many people to an organization, on average. */
const peoplePerOrganization = 15;
const levels = ['gold', 'silver', 'bronze'];
const interests = ['fruit_trees', 'roses', 'tools'];
const zones = ['Eastern Time (US & Canada)', 'London', 'Berlin', 'Pacific Time (US & Canada)'];
const trades = ['Orchards', 'Nursery', 'Garden Supply', 'Landscapes', 'Tree Care'];

export interface HelpdeskOrganization {
  readonly name: string;
  readonly [field: string]: unknown;
}

export interface HelpdeskPerson {
  readonly user: Readonly<Record<string, unknown>>;
  readonly otherAddresses: readonly string[];
  readonly phones: readonly string[];
  /** Positions in the list of organizations, the default one first. */
  readonly organizations: readonly number[];
}

export function helpdeskOrganizations(people: number): readonly HelpdeskOrganization[] {
  return Array.from({ length: Math.ceil(people / peoplePerOrganization) }, (_, index) => ({
    name: `${familyNames[index % familyNames.length]} ${trades[index % trades.length]} ${index + 1}`,
    details: `Customer number ${1000 + index}`,
    notes: index % 4 === 0 ? 'Pays on delivery' : null,
    domain_names: [`org${index + 1}.example.org`],
    tags: index % 3 === 0 ? ['wholesale'] : [],
    ...(index % 2 === 0 && { external_id: `CRM-O-${index + 1}` }),
  }));
}

/** Some have several addresses, numbers or organizations; some have hardly anything. */
export function helpdeskPeople(count: number, seed: number): readonly HelpdeskPerson[] {
  const random = createRandom(seed ^ 0x4e1d);
  const pick = <T>(some: readonly T[]): T | undefined => some[Math.floor(random() * some.length)];
  const organizations = Math.ceil(count / peoplePerOrganization);
  return Array.from({ length: count }, (_, index): HelpdeskPerson => {
    const n = index + 1;
    const number = `+1650555${String(n).padStart(4, '0').slice(-4)}`;
    const own = index % organizations;
    const isRich = index % 5 !== 4;
    return {
      user: {
        name: `${pick(givenNames)} ${pick(familyNames)}`,
        ...(index % 50 !== 49 && { email: `Person${n}@example.com` }),
        ...(index % 6 === 0 && { external_id: `CRM-${n}` }),
        ...(index % 97 === 96 && { suspended: true }),
        alias: index % 8 === 0 ? `Contact ${n}` : null,
        details: index % 3 === 0 ? `Row ${n}, third gate` : null,
        notes: index % 7 === 0 ? 'Ring twice' : null,
        ...(n < 10_000 && index % 2 === 0 && { phone: number }),
        time_zone: pick(zones),
        locale: index % 4 === 0 ? 'de' : 'en-US',
        tags: index % 3 === 0 ? ['vip', 'made_by_hand'] : [],
        user_fields: isRich ? valuesOf(n, pick) : {},
      },
      otherAddresses: index % 20 === 0 ? [`person${n}@example.net`, `p${n}@example.org`] : [],
      phones: n < 10_000 && index % 40 === 1 ? [`+1212555${String(n).padStart(4, '0').slice(-4)}`] : [],
      organizations: index % 11 === 10 ? [] : index % 9 === 0 ? [own, (own + 7) % organizations] : [own],
    };
  });
}

function valuesOf(n: number, pick: <T>(some: readonly T[]) => T | undefined): Readonly<Record<string, unknown>> {
  return {
    nickname: `Nick ${n}`,
    remarks: `Planted in ${2000 + (n % 25)}.\nAsks for shade.`,
    newsletter: n % 2 === 0,
    since: `20${String(10 + (n % 15)).padStart(2, '0')}-0${1 + (n % 9)}-15`,
    visits: n % 40,
    balance: (n % 1000) + 0.25,
    contract: `AB-${String(n % 10_000).padStart(4, '0')}`,
    member_level: pick(levels),
    interests: interests.filter((_, position) => (n + position) % 3 !== 0),
  };
}
