import { expect, test } from 'vitest';
import { createFieldCoercer } from '../../src/connectors/zendesk/fields/field-coercer.ts';
import { defined } from '../../src/core/defined.ts';
import type { OmittedField } from '../../src/core/domain/mapper.ts';
import { createMapper } from '../../src/mappers/create-mapper.ts';
import { mapped, userFor, usual } from '../kit/mapper.ts';

/** What a record has for a field becomes a value of the field, or is counted and reported. */

type Fields = Parameters<typeof mapped>[0];
type Options = Parameters<typeof mapped>[1];

const number = (FreeFormNumber: string) => ({ FreeFormNumber });
function omitted(fields: Fields, options?: Options): readonly OmittedField[] {
  const result = mapped(fields, options);
  return result.kind === 'payload' ? (result.omitted ?? []) : [];
}

test.each([
  ['0412 345 678', 'Australia', '+61412345678'],
  ['55 1234 5678', 'Mexico', '+525512345678'],
  ['98765 43210', 'India', '+919876543210'],
  ['021 123 4567', 'New Zealand', '+64211234567'],
  ['06 12 34 56 78', 'France', '+33612345678'],
  ['020 7946 0958', 'UK', '+442079460958'],
  ['(650) 555-2016', ' U.S.A. ', '+16505552016'],
  ['(650) 555-2016', ' ', '+16505552016'],
])('a US company reads %s of a customer in "%s" as %s', (text, Country, phone) => {
  expect(userFor({ PrimaryPhone: number(text), BillAddr: { Country } }).phone).toBe(phone);
});

test.each([
  ['not valid in the own country', '98765 43210', 'Australia', "the number is not valid in the customer's country."],
  ['not valid in the company country', '0412 345 678', undefined, "the number is not valid in the customer's country."],
  [
    'of a country that nobody can read',
    '(650) 555-2016',
    'Narnia',
    "the number has no country code, and the customer's own country can't be read.",
  ],
  ['not a number', 'call after 5pm', 'Australia', "the number is not valid in the customer's country."],
  ['text', 'call me', 'Australia', 'the value has no digits.'],
])('a phone that is %s is left out, with the reason, and never guessed', (_, text, Country, why) => {
  const fields = { PrimaryPhone: number(text), BillAddr: { ...defined({ Country }) } };
  expect(userFor(fields)).not.toHaveProperty('phone');
  expect(omitted(fields)).toEqual([{ target: 'phone', why }]);
});

test('the first phone that is a number wins, not the first that has text', () => {
  const fields = { PrimaryPhone: number('call after 5'), Mobile: number('650-555-2016') };
  expect(userFor(fields).phone).toBe('+16505552016');
  expect(omitted(fields)).toEqual([]);
});

test.each([
  ['UK', '020 7946 0958', '+442079460958'],
  ['United Kingdom', '020 7946 0958', '+442079460958'],
  ['USA', '(650) 555-2016', '+16505552016'],
  ['us', '(650) 555-2016', '+16505552016'],
  ['Canada', '(416) 555-0123', '+14165550123'],
  ['CAN', '(416) 555-0123', '+14165550123'],
])('the country of a company in "%s" is read as the filter country does', (country, text, phone) => {
  expect(userFor({ PrimaryPhone: number(text) }, { facts: { country } }).phone).toBe(phone);
});

test.each([[undefined], [''], ['Narnia']])(
  'without a country that can be read (%s), the key country is proposed',
  (country) => {
    const facts = country === undefined ? {} : { country };
    expect(omitted({ PrimaryPhone: number('(650) 555-2016') }, { facts })).toEqual([
      { target: 'phone', why: expect.stringContaining('Set country: in the configuration') },
    ]);
  },
);

test('a rule with the filter phone reads by the own country too, and a number that it makes nothing of is counted', () => {
  const mapping = { user_fields: { fax: '{{ Fax.FreeFormNumber | phone }}' } };
  const own = { Fax: number('0412 345 678'), BillAddr: { Country: 'Australia' } };
  expect(userFor(own, { mapping }).user_fields).toEqual({ fax: '+61412345678' });
  expect(omitted({ Fax: number('n/a') }, { mapping })).toEqual([
    { target: 'user_fields.fax', why: 'the filter phone returned nothing for the value.' },
  ]);
  expect(omitted({}, { mapping })).toEqual([]);
});

test('a template that finds something else in place of it has lost nothing', () => {
  const mapping = { notes: '{{ Fax.FreeFormNumber | phone }}{{ Notes | phone }}' };
  const fields = { Fax: number('n/a'), Notes: '(650) 555-2016' };
  expect(userFor(fields, { mapping }).notes).toBe('+16505552016');
  expect(omitted(fields, { mapping })).toEqual([]);
});

test.each([
  ['an object where text is expected', { notes: 'BillAddr' }, 'notes'],
  ['a list where text is expected', { external_id: 'Lines' }, 'external_id'],
  ['text where a number is expected', { organization_id: 'BillAddr.City' }, 'organization_id'],
  ['a further address that is none', { emails: ['BillAddr.City'] }, 'emails'],
  ['a further number that is none', { phones: ['BillAddr.City'] }, 'phones'],
])('%s is counted', (_, mapping, target) => {
  // What a source of another shape may hold.
  const fields = { BillAddr: { City: 'Bayshore' }, Lines: ['x'] };
  expect(omitted(fields, { mapping }).map((left) => left.target)).toEqual([target]);
});

const compound = 'the value is a list or an object, and text is expected.';

test.each<[string, NonNullable<NonNullable<Options>['organizations']>, string, string]>([
  ['an object for a name', { name: 'BillAddr' }, 'organizations.name', compound],
  ['a list for an id', { name: 'CompanyName', external_id: 'Lines' }, 'organizations.external_id', compound],
  ['an object for details', { name: 'CompanyName', details: 'BillAddr' }, 'organizations.details', compound],
  ['an object for notes', { name: 'CompanyName', notes: 'BillAddr' }, 'organizations.notes', compound],
  ['an object for a tag', { name: 'CompanyName', tags: [{ from: 'BillAddr' }] }, 'organizations.tags', compound],
  [
    'text that names no host',
    { name: 'CompanyName', domain_names: ['{{ BillAddr.City }}', '{{ WebAddr.URI }}'] },
    'organizations.domain_names',
    'the value contains no host name.',
  ],
  [
    'a number that is none',
    { name: 'CompanyName', organization_fields: { fax: '{{ BillAddr.City | phone }}' } },
    'organization_fields.fax',
    'the filter phone returned nothing for the value.',
  ],
  [
    'a filter that makes nothing of details',
    { name: 'CompanyName', details: '{{ BillAddr.City | phone }}' },
    'organizations.details',
    'the filter phone returned nothing for the value.',
  ],
  [
    'no list to make organizations of',
    { each: 'BillAddr', name: 'item' },
    'organizations.each',
    'the value is not a list.',
  ],
])('an organization: %s is counted', (_, organizations, target, why) => {
  // What a source of another shape may hold.
  const BillAddr = { City: 'Bayshore' };
  const fields = { BillAddr, Lines: ['x'], CompanyName: 'Acme', WebAddr: { URI: 'https://acme.example.com' } };
  expect(omitted(fields, { organizations })).toEqual([{ target, why }]);
});

test('an organization without anything to say has lost nothing', () => {
  const organizations = {
    name: 'CompanyName',
    external_id: 'Fax',
    details: 'Notes',
    domain_names: ['{{ WebAddr.URI }}'],
    organization_fields: { fax: '{{ Fax.FreeFormNumber | phone }}' },
  };
  expect(omitted({ CompanyName: 'Acme' }, { organizations })).toEqual([]);
  expect(omitted({}, { organizations: { each: 'Lines', name: 'item' } })).toEqual([]);
});

test('values that a pattern cannot be tried on in time are counted, and sent', () => {
  const regexp = String.raw`\A(a+)+\z`;
  const coercer = createFieldCoercer({ fields: [{ key: 'code', type: 'regexp', regexp, isActive: true }] });
  const mapper = createMapper({ ...usual, mapping: { user_fields: { code: 'Notes' } }, coercer });
  for (const key of ['1', '2', '2'])
    expect(
      mapper.map({ key, data: { Id: key, DisplayName: 'A', Notes: `${'a'.repeat(60)}b` }, state: 'active' }),
    ).toMatchObject({ kind: 'payload', payload: { user_fields: { code: expect.stringMatching(/^a+b$/) } } });
  expect(mapper.omitted()).toEqual([]);
  expect(mapper.unchecked()).toEqual([
    "user_fields.code went unchecked for 2 customers: the field's pattern takes too long to try. Zendesk decides.",
  ]);
});

test('an address that is dropped by policy is counted', () => {
  const options = { invalidEmail: 'drop' } as const;
  expect(omitted({ PrimaryEmailAddr: { Address: 'a at example.com' } }, options)).toEqual([
    { target: 'email', why: 'the value is not a valid e-mail address.' },
  ]);
});

test('a run counts each customer once, by field and reason', () => {
  const mapper = createMapper(usual);
  for (const key of ['1', '2', '2'])
    mapper.map({ key, data: { Id: key, DisplayName: 'A', PrimaryPhone: number('n/a') }, state: 'active' });
  expect(mapper.omitted()).toEqual(['phone was left out for 2 customers: the value has no digits.']);
});
