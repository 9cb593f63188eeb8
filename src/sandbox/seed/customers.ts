import { createRandom } from '../server/random.ts';
import {
  cities,
  companyHeads,
  companyTails,
  familyNames,
  givenNames,
  malformed,
  otherScripts,
  streets,
} from './names.ts';

/** A customer as the QuickBooks API gives it: absent, not null. */
export interface QuickBooksRow {
  readonly Id: string;
  readonly DisplayName?: string;
  readonly FullyQualifiedName?: string;
  readonly Active: boolean;
  readonly ParentRef?: { readonly value: string };
  readonly MetaData: { readonly CreateTime: string; readonly LastUpdatedTime: string };
  readonly [field: string]: unknown;
}

/** How many in a thousand are out of the ordinary. */
const perThousand = {
  company: 250,
  otherScript: 80,
  longName: 2,
  inactive: 40,
  reallyDeleted: 2,
  child: 60,
  project: 20,
  sharedWithParent: 300,
  noEmail: 60,
  sharedEmail: 20,
  severalEmails: 30,
  malformedEmail: 10,
  noPhone: 200,
  garbagePhone: 15,
  noAddress: 150,
  customerType: 300,
  salesTerm: 500,
};

/** Of the lists that every sandbox company has. */
const customerTypeIds = ['5000000000000003466', '5000000000000003467', '5000000000000003468'];
const salesTermIds = ['1', '2', '3', '4'];

const firstDay = Date.UTC(2024, 0, 1);
const apartMs = 60_000;

/** The first of the seed's customers, made a minute apart, that changed at or after then. */
export function firstChangedSince(ms: number): number {
  return Number.isNaN(ms) ? 1 : Math.max(1, Math.ceil((ms - firstDay) / apartMs));
}

export function changedAt({ MetaData }: QuickBooksRow): number {
  return Date.parse(MetaData.LastUpdatedTime);
}

/** The n-th of the sandbox's customers, n from 1. The same n and seed give the same customer. */
export function customerAt(n: number, seed: number): QuickBooksRow {
  const dice = createDice(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(n, 0x85ebca6b));
  const { random, happens, pick } = dice;

  const isCompany = happens(perThousand.company);
  const given = pick(givenNames) ?? '';
  const family = pick(familyNames) ?? '';
  const company = `${pick(companyHeads)} ${pick(companyTails)}`;
  const base = isCompany
    ? company
    : happens(perThousand.otherScript)
      ? (pick(otherScripts) ?? '')
      : `${given} ${family}`;
  const long = happens(perThousand.longName) ? ` ${'Extraordinarily '.repeat(30)}` : '';
  const isActive = !happens(perThousand.inactive);
  const suffix = isActive ? (happens(perThousand.reallyDeleted) ? ' (deleted)' : '') : ' (deleted)';
  const name = `${`${base} ${n}${long}`.slice(0, 480).trim()}${suffix}`;
  const parent = n > 10 && happens(perThousand.child) ? n - 1 - Math.floor(random() * 9) : undefined;
  const isProject = parent !== undefined && happens(perThousand.project * 10);
  const created = firstDay + n * apartMs;
  const email = emailOf(n, parent, dice);
  const phone = phoneOf(n, dice);
  const [city, state, postal] = pick(cities) ?? cities[0];

  return {
    ...(isCompany ? { CompanyName: company } : { GivenName: given, FamilyName: family }),
    Taxable: false,
    ...(!happens(perThousand.noAddress) && {
      BillAddr: {
        Id: String(n + 100),
        Line1: pick(streets),
        City: city,
        CountrySubDivisionCode: state,
        PostalCode: postal,
        Lat: 'INVALID',
        Long: 'INVALID',
      },
    }),
    Job: parent !== undefined,
    ...(parent !== undefined && { ParentRef: { value: String(parent) }, Level: 1, BillWithParent: false }),
    ...(isProject && { IsProject: true }),
    Balance: Math.floor(random() * 100_000) / 100,
    CurrencyRef: { value: 'USD', name: 'United States Dollar' },
    PreferredDeliveryMethod: 'Print',
    domain: 'QBO',
    sparse: false,
    Id: String(n),
    SyncToken: '0',
    MetaData: { CreateTime: pacific(created), LastUpdatedTime: pacific(created) },
    FullyQualifiedName: parent === undefined ? name : `${customerAt(parent, seed).FullyQualifiedName}:${name}`,
    DisplayName: name,
    PrintOnCheckName: base,
    Active: isActive,
    V4IDPseudonym: `00${n}abc`,
    ...(phone !== undefined && { PrimaryPhone: { FreeFormNumber: phone } }),
    ...(email !== undefined && { PrimaryEmailAddr: { Address: email } }),
    // By id alone: their names are in lists of their own.
    ...(happens(perThousand.customerType) && { CustomerTypeRef: { value: pick(customerTypeIds) } }),
    ...(happens(perThousand.salesTerm) && { SalesTermRef: { value: pick(salesTermIds) } }),
  };
}

function emailOf(n: number, parent: number | undefined, { happens, pick }: Dice): string | undefined {
  const own = `customer${n}@example.com`;
  if (happens(perThousand.noEmail)) return undefined;
  if (parent !== undefined && happens(perThousand.sharedWithParent)) return `customer${parent}@example.com`;
  if (n > 20 && happens(perThousand.sharedEmail)) return `Customer${n - 7}@Example.com`;
  if (happens(perThousand.severalEmails)) return `${own}${happens(500) ? ', ' : ';'}billing${n}@example.org`;
  return happens(perThousand.malformedEmail) ? pick(malformed) : own;
}

function phoneOf(n: number, { happens, pick }: Dice): string | undefined {
  if (happens(perThousand.noPhone)) return undefined;
  if (happens(perThousand.garbagePhone)) return 'OtherWhat';
  const line = String(1000 + (n % 9000)).padStart(4, '0');
  return pick([
    `(650) 555-${line}`,
    `415.555.${line}`,
    `+1 212 555 ${line}`,
    `1-303-555-${line}`,
    `+44 20 7946 ${String(n % 1000).padStart(4, '0')}`,
  ]);
}

/** Chance, the same for the same seed as long as it is called in the same order. */
interface Dice {
  readonly random: () => number;
  /** So many times in a thousand. */
  happens(share: number): boolean;
  pick<T>(list: readonly T[]): T | undefined;
}

function createDice(seed: number): Dice {
  const random = createRandom(seed);
  return {
    random,
    happens: (share) => random() * 1000 < share,
    pick: (list) => list[Math.floor(random() * list.length)],
  };
}

/** QuickBooks writes times with the offset of the Pacific coast. */
export function pacific(ms: number): string {
  return `${new Date(ms - 8 * 3_600_000).toISOString().slice(0, 19)}-08:00`;
}
