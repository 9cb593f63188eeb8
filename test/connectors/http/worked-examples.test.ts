import { expect, test } from 'vitest';
import { copyForSandbox, sandboxEnv } from '../../docs/example.ts';
import { sandbox, syncIn } from '../../docs/sync-example.ts';
import { usersOf } from '../../kit/environment/snapshots.ts';
import { type FreshdeskContact, freshdeskTwin } from './twins/freshdesk.ts';
import { type ShopifyCustomer, shopifyTwin } from './twins/shopify.ts';
import { type StripeCustomer, stripeTwin } from './twins/stripe.ts';
import { type XeroContact, xeroTwin } from './twins/xero.ts';

const { STRIPE_API_KEY = '', SHOPIFY_TOKEN = '', FRESHDESK_API_KEY = '' } = sandboxEnv;
function change<T>(rows: T[], index: number, fields: Partial<T>): void {
  rows.splice(index, 1, ...rows.slice(index, index + 1).map((row) => ({ ...row, ...fields })));
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test('examples/stripe: newest first by the last one of a page, names that are missing, one who is gone', async () => {
  const box = await sandbox();
  const customers: StripeCustomer[] = numbers(250).map((n) => ({
    id: `cus_${n}`,
    name: n === 7 ? null : `Customer ${n}`,
    email: `c${n}@example.com`,
  }));
  customers[0] = {
    id: 'cus_1',
    name: 'Jenny Rosen',
    email: 'jenny@example.com',
    phone: '(650) 555-0101',
    description: 'Since the first year',
    address: { line1: '510 Townsend St', postal_code: '98140', city: 'San Francisco', country: 'US' },
  };
  const stripe = await stripeTwin({ key: STRIPE_API_KEY, customers });
  const folder = copyForSandbox('stripe', box, stripe.url);
  expect(await syncIn(folder)).toMatchObject({ outcome: 'completed', tallies: { read: 250, created: 250 } });
  const users = new Map(usersOf(box).map((user) => [user.external_id, user]));
  expect(users.get('http:acct_1:cus_7')).toMatchObject({ name: 'c7@example.com' });
  expect(users.get('http:acct_1:cus_1')).toMatchObject({
    name: 'Jenny Rosen',
    phone: '+16505550101',
    details: '510 Townsend St, 98140 San Francisco, United States',
    notes: 'Since the first year',
    tags: ['stripe'],
  });
  // check asks for the first page, and maps 200 customers, which are two; the sync asks for all three.
  const check = [undefined, undefined, 'cus_151'];
  expect(stripe.asked.map(({ query }) => query.starting_after)).toEqual([...check, undefined, 'cus_151', 'cus_51']);
  customers.splice(1, 1);
  expect(await syncIn(folder, { full: true })).toMatchObject({ tallies: { updated: 1, unchanged: 249 } });
  expect(usersOf(box).filter(({ tags }) => tags?.includes('http-inactive'))).toMatchObject([{ name: 'Customer 2' }]);
});

test('examples/shopify: pages by the Link header, changes alone the second time, companies as organizations', async () => {
  const box = await sandbox();
  const long = '2020-01-01T10:00:00-05:00';
  const customers = numbers(300).map(
    (n): ShopifyCustomer => ({
      id: 207119551 + n,
      email: `c${n}@example.com`,
      first_name: 'Bob',
      last_name: `Norman ${n}`,
      state: n === 3 ? 'declined' : 'disabled',
      updated_at: long,
      ...(n <= 2 && {
        default_address: { address1: 'Chestnut Street 92', zip: '40202', city: 'Louisville', company: 'Kestrel' },
      }),
    }),
  );
  const shopify = await shopifyTwin({ token: SHOPIFY_TOKEN, customers });
  const folder = copyForSandbox('shopify', box, shopify.url);
  shopify.rateLimiter(1);
  const first = await syncIn(folder);
  expect(first).toMatchObject({ tallies: { read: 300, created: 299, skipped: 1 }, skips: { inactive: 1 } });
  const { byId, membershipsOf } = box.zendesk.organizations;
  const one = usersOf(box).find(({ name }) => name === 'Bob Norman 1');
  expect(one).toMatchObject({ details: 'Chestnut Street 92, 40202 Louisville' });
  expect(membershipsOf(one?.id ?? 0).map(({ organization_id: id }) => byId.get(id)?.name)).toEqual(['Kestrel']);
  change(customers, 9, { last_name: 'Changed', updated_at: new Date().toISOString() });
  expect(await syncIn(folder)).toMatchObject({ tallies: { read: 1, updated: 1 } });
  expect(shopify.asked.at(-1)?.query).toEqual({ limit: '250', updated_at_min: expect.stringMatching(/Z$/) });
});

test('examples/freshdesk: a bare list by page, further addresses, and time zones and languages by their own names', async () => {
  const box = await sandbox();
  const contacts = numbers(120).map(
    (n): FreshdeskContact => ({
      id: 43_000_000_000 + n,
      name: `Rachel ${n}`,
      email: `rachel${n}@example.com`,
      updated_at: '2020-02-02T10:00:00Z',
      time_zone: 'Eastern Time (US & Canada)',
      language: 'en',
      ...(n === 1 && {
        other_emails: ['r.one@example.org'],
        mobile: '650 555 0199',
        tags: ['VIP Customer'],
        phone: null,
      }),
    }),
  );
  const freshdesk = await freshdeskTwin({ key: FRESHDESK_API_KEY, contacts });
  const folder = copyForSandbox('freshdesk', box, freshdesk.url);
  expect(await syncIn(folder)).toMatchObject({ tallies: { read: 120, created: 120, rejected: 0 } });
  const [one] = usersOf(box);
  expect(one).toMatchObject({ time_zone: 'Eastern Time (US & Canada)', tags: ['freshdesk', 'vip_customer'] });
  expect(box.zendesk.users.identitiesOf(one?.id ?? 0).map(({ value }) => value)).toEqual([
    'rachel1@example.com',
    'r.one@example.org',
    '+16505550199',
  ]);
  change(contacts, 4, { name: 'Rachel Green', updated_at: new Date().toISOString() });
  expect(await syncIn(folder)).toMatchObject({ tallies: { read: 1, updated: 1 } });
});

test('examples/xero: JSON that must be asked for, a tenant, a token that rotates, archived contacts, numbers in parts', async () => {
  const box = await sandbox();
  const contacts: XeroContact[] = numbers(110).map((n) => ({
    ContactID: `bd2270c3-8706-4c11-9cfb-${String(n).padStart(12, '0')}`,
    ContactStatus: n === 2 ? 'ARCHIVED' : 'ACTIVE',
    Name: `Contact ${n}`,
    EmailAddress: n === 3 ? '' : `x${n}@example.com`,
    Phones: [
      { PhoneType: 'DDI', PhoneNumber: '', PhoneAreaCode: '', PhoneCountryCode: '' },
      { PhoneType: 'DEFAULT', PhoneNumber: '5550101', PhoneAreaCode: '650', PhoneCountryCode: '1' },
    ],
    Addresses: [{ AddressType: 'STREET', AddressLine1: '12 Kauri St', City: 'Wellington', PostalCode: '6011' }],
    updated: Date.parse('2020-02-02T10:00:00Z'),
  }));
  const xero = await xeroTwin({
    tenant: sandboxEnv.XERO_TENANT_ID ?? '',
    clientId: sandboxEnv.XERO_CLIENT_ID ?? '',
    clientSecret: sandboxEnv.XERO_CLIENT_SECRET ?? '',
    refreshToken: sandboxEnv.XERO_REFRESH_TOKEN ?? '',
    contacts,
  });
  const folder = copyForSandbox('xero', box, xero.url);
  expect(await syncIn(folder)).toMatchObject({ tallies: { read: 110, created: 109, skipped: 1 } });
  expect(usersOf(box)[0]).toMatchObject({
    name: 'Contact 1',
    phone: '+16505550101',
    details: '12 Kauri St, 6011 Wellington',
  });
  change(contacts, 5, { Name: 'Renamed', updated: Date.now() });
  // The rotated refresh token is in the state: the configured one is dead by now.
  expect(await syncIn(folder)).toMatchObject({ tallies: { read: 1, updated: 1 } });
  expect(xero.asked.at(-1)?.headers['if-modified-since']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});
