import fc from 'fast-check';
import { expect, test } from 'vitest';
import { customerSchema, type QuickBooksCustomer } from '../../src/connectors/quickbooks/customer.ts';
import { createMapper } from '../../src/mappers/create-mapper.ts';
import { isValidEmail } from '../../src/mappers/email.ts';
import { mappingSchema } from '../../src/mappers/mapping.ts';
import { quickbooksMapping } from '../../src/mappers/quickbooks.ts';
import { usual } from '../kit/mapper.ts';

const fingerprint = (change: Partial<typeof usual> = {}): string => createMapper({ ...usual, ...change }).fingerprint;
const level = (lookup: Record<string, string>) => ({
  user_fields: { level: { from: 'CustomerTypeRef.name', lookup } },
});

test('the fingerprint is the same for the same configuration, however its keys are ordered', () => {
  expect(fingerprint()).toBe(fingerprint());
  expect(fingerprint({ mapping: level({ Gold: 'g', Silver: 's' }) })).toBe(
    fingerprint({ mapping: level({ Silver: 's', Gold: 'g' }) }),
  );
  expect(fingerprint({ mapping: { user_fields: { a: 'Title', b: 'Suffix' } } })).toBe(
    fingerprint({ mapping: { user_fields: { b: 'Suffix', a: 'Title' } } }),
  );
});

test.each<[string, Partial<typeof usual>]>([
  ['a mapped path', { mapping: { alias: 'Title' } }],
  ['an entry of a look-up', { mapping: level({ Gold: 'gold' }) }],
  ['a tag', { mapping: { tags: ['quickbooks', 'more'] } }],
  ['the filter', { filter: 'Balance > 0' }],
  ['the connector', { connector: 'acme' }],
  ['the account', { account: '1' }],
  ['the default country', { facts: { country: 'CA' } }],
  ['no default country', { facts: {} }],
  ['the policy for invalid addresses', { invalidEmail: 'drop' }],
  ['projects', { builtIn: quickbooksMapping({ skipProjects: false }) }],
  ['the mails', { mapping: { skip_verify_email: false } }],
  ['no built-in mapping', { builtIn: undefined }],
  ['a newer built-in mapping', { builtIn: { version: 99, fields: [], skip: () => undefined, map: () => ({}) } }],
])('the fingerprint changes with %s', (_, change) => {
  expect(fingerprint(change)).not.toBe(fingerprint());
});

test('the fields are those of the built-in mapping and of the configuration, each once', () => {
  const { fields } = createMapper({ ...usual, mapping: { name: 'CompanyName', ...level({}), tags: ['a', 'b'] } });
  expect(fields).toEqual(['details', 'email', 'external_id', 'name', 'phone', 'tags', 'user_fields.level']);
});

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', ' ', '\uD800', 'a@example.com', '(650) 555-3311', 'constructor', '{{ x }}', ' (deleted)'),
);
const reference = fc.record({ value: text, name: text }, { requiredKeys: ['value'] });
const phone = fc.record({ FreeFormNumber: text }, { requiredKeys: [] });
const address = fc.record(
  { Line1: text, Line5: text, City: text, PostalCode: text, Country: text },
  { requiredKeys: [] },
);
const customer: fc.Arbitrary<QuickBooksCustomer> = fc
  .tuple(
    fc.dictionary(fc.string(), fc.jsonValue()),
    fc.record(
      {
        Id: text,
        DisplayName: text,
        FullyQualifiedName: text,
        CompanyName: text,
        GivenName: text,
        MiddleName: text,
        FamilyName: text,
        Notes: text,
        Active: fc.boolean(),
        IsProject: fc.boolean(),
        Balance: fc.double(),
        PrimaryEmailAddr: fc.record({ Address: text }, { requiredKeys: [] }),
        PrimaryPhone: phone,
        Mobile: phone,
        AlternatePhone: phone,
        BillAddr: address,
        ParentRef: reference,
        CustomerTypeRef: reference,
      },
      { requiredKeys: ['Id'] },
    ),
  )
  .map(([unknown, known]) => ({ ...unknown, ...known }) as QuickBooksCustomer);

const everything = createMapper({
  ...usual,
  builtIn: quickbooksMapping({ skipProjects: false }),
  filter: 'Balance < 1000000 or Job contains "x" or Lines.size > 1',
  mapping: mappingSchema.parse({
    alias: 'CustomerTypeRef.name',
    details:
      '{{ BillAddr.City | upcase }} {{ Balance | times: 2 | round }} {{ Lines | first }} {{ Job.x | append: Notes }}',
    notes: { from: 'Notes', lookup: { constructor: 'x' }, default: { any: ['json'] } },
    time_zone: 'Job',
    organization_id: 'Balance',
    external_id: '{{ key }}{{ ParentRef }}',
    tags: ['{{ CustomerTypeRef.name | downcase }}', { from: 'Lines' }, { from: 'Notes' }],
    user_fields: { any: 'Lines', note: 'Notes', balance: { from: 'Balance', lookup: { 0: 'none' } } },
  }),
});
const builtIn = createMapper(usual);

test('whatever the JSON of a customer is, a mapper answers and what it answers fits Zendesk', () => {
  fc.assert(
    fc.property(fc.oneof(customer, fc.jsonValue()), (json) => {
      const parsed = customerSchema.safeParse(json);
      if (!parsed.success) return;
      for (const { map } of [builtIn, everything]) {
        const result = map({ key: parsed.data.Id, data: parsed.data, state: 'active' });
        if (result.kind !== 'payload') continue;
        const { name, email, phone: number, external_id, tags = [] } = result.payload;
        expect(name.trim()).not.toBe('');
        expect([...name].length).toBeLessThanOrEqual(255);
        expect(name).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(external_id).toBe(external_id.toLowerCase());
        if (email !== undefined) expect(isValidEmail(email)).toBe(true);
        if (number !== undefined) expect(number).toMatch(/^\+\d+$/);
        expect(tags).toEqual([...new Set(tags)].sort());
        expect(Object.values(result.payload).every((value) => typeof value !== 'string' || value.isWellFormed())).toBe(
          true,
        );
      }
    }),
    { numRuns: 1000 },
  );
});
