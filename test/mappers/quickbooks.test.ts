import { expect, test } from 'vitest';
import { defined } from '../../src/core/defined.ts';
import { quickbooksMapping } from '../../src/mappers/quickbooks.ts';
import { mapped, userFor } from '../kit/mapper.ts';

test('a customer as the API gives it becomes a user, field by field', () => {
  const user = userFor({
    Id: '58',
    DisplayName: "Amy's Bird Sanctuary",
    CompanyName: "Amy's Bird Sanctuary",
    GivenName: 'Amy',
    FamilyName: 'Lauterbach',
    PrimaryEmailAddr: { Address: 'Birds@Example.com' },
    PrimaryPhone: { FreeFormNumber: '(650) 555-3311' },
    BillAddr: { Line1: '4581 Finch St.', City: 'Bayshore', CountrySubDivisionCode: 'CA', PostalCode: '94326' },
    Active: true,
  });
  expect(user).toEqual({
    external_id: 'quickbooks:9130357992221046:58',
    name: "Amy's Bird Sanctuary",
    email: 'birds@example.com',
    phone: '+16505553311',
    details: '4581 Finch St.\nBayshore, CA 94326',
    tags: ['quickbooks'],
    skip_verify_email: true,
  });
});

test('what is absent stays absent', () => {
  expect(userFor({ Id: '58', DisplayName: 'Amy' })).toEqual({
    external_id: 'quickbooks:9130357992221046:58',
    name: 'Amy',
    tags: ['quickbooks'],
    skip_verify_email: true,
  });
});

test.each([
  ['right to left', 'أحمد الخطيب'],
  ['right to left with marks of direction', '\u200Fיעל כהן\u200F'],
  ['emoji joined by zero width', '👩‍👩‍👧 Family Café'],
  ['combining accents, as they were written', 'Zoe\u0301'],
  ['apostrophes and ampersands', "O'Neil & Sons"],
  ['markup, which is only text here', '<b>Bold</b> & Co'],
])('a name stays as it is: %s', (_, name) => {
  expect(userFor({ DisplayName: name }).name).toBe(name);
});

test.each([
  ['white space around it', '  Amy  ', 'Amy'],
  ['white space inside', 'Amy \t  Lee', 'Amy Lee'],
  ['line breaks', 'Amy\r\nLee', 'Amy Lee'],
  ['line and paragraph separators', 'Amy\u2028Lee\u2029Ray', 'Amy Lee Ray'],
  ['control characters', '\u0000Amy\u0007\u009FLee', 'Amy Lee'],
  ['half an emoji', 'Amy \uD83D', 'Amy \uFFFD'],
  ['the wrong half first', '\uDC69\uD83D Amy', '\uFFFD\uFFFD Amy'],
])('a name is cleaned of %s', (_, name, clean) => {
  expect(userFor({ DisplayName: name }).name).toBe(clean);
});

test('a name of 500 characters is cut to 255 code points, and no character in two', () => {
  expect(userFor({ DisplayName: 'x'.repeat(500) }).name).toBe('x'.repeat(255));
  expect(userFor({ DisplayName: '🌻'.repeat(500) }).name).toBe('🌻'.repeat(255));
  expect(userFor({ DisplayName: `${'x'.repeat(254)} ${'y'.repeat(245)}` }).name).toBe('x'.repeat(254));
});

test('255 code points that take 510 units are not cut', () => {
  expect(userFor({ DisplayName: '🌻'.repeat(255) }).name).toBe('🌻'.repeat(255));
});

test.each([
  ['deactivated', 'Cool Cars (deleted)', false, 'Cool Cars'],
  ['deactivated a second time', 'Cool Cars (deleted 2)', false, 'Cool Cars'],
  ['deactivated, with a number behind', 'Cool Cars (deleted)1', false, 'Cool Cars'],
  ['alive and really called so', 'Cool Cars (deleted)', true, 'Cool Cars (deleted)'],
  ['of unknown state', 'Cool Cars (deleted)', undefined, 'Cool Cars (deleted)'],
  ['deactivated, with the word inside its name', 'The (deleted) Scenes', false, 'The (deleted) Scenes'],
])('the mark of deletion: %s', (_, DisplayName, Active, name) => {
  expect(userFor({ DisplayName, ...defined({ Active }) }).name).toBe(name);
});

test.each([
  ['the last part of the full name', { FullyQualifiedName: 'Freeman:55 Twin Lane', CompanyName: 'C' }, '55 Twin Lane'],
  ['the company', { CompanyName: 'Freeman Inc.', GivenName: 'Kirby' }, 'Freeman Inc.'],
  ['the person', { GivenName: 'Kirby', MiddleName: ' ', FamilyName: 'Freeman' }, 'Kirby Freeman'],
])('without a display name the name is %s', (_, fields, name) => {
  const result = mapped({ ...fields, DisplayName: '  ' });
  expect(result).toMatchObject({ kind: 'payload', payload: { name } });
});

test.each([
  ['nothing at all', {}],
  ['white space and control characters', { DisplayName: ' \u0000\u200A ' }],
  ['the mark of deletion alone', { DisplayName: ' (deleted)', Active: false }],
])('a customer whose name is %s is skipped as no-name', (_, fields) => {
  expect(mapped({ DisplayName: '', ...fields })).toMatchObject({ kind: 'skip', reason: 'no-name' });
});

test('a project is skipped, unless the configuration wants projects', () => {
  expect(mapped({ IsProject: true })).toMatchObject({ kind: 'skip', reason: 'project' });
  expect(mapped({ IsProject: true }, { builtIn: quickbooksMapping({ skipProjects: false }) })).toMatchObject({
    kind: 'payload',
  });
  expect(mapped({ IsProject: false, Job: true, ParentRef: { value: '1' } })).toMatchObject({ kind: 'payload' });
});

test('the phone is the first of primary, mobile and alternate; a fax is none', () => {
  const number = (FreeFormNumber: string) => ({ FreeFormNumber });
  expect(userFor({ PrimaryPhone: number(' '), Mobile: number('415-555-2671') }).phone).toBe('+14155552671');
  expect(userFor({ AlternatePhone: number('415-555-2672') }).phone).toBe('+14155552672');
  expect(userFor({ Fax: number('415-555-2673') })).not.toHaveProperty('phone');
});

test('an address becomes lines; parts that are missing leave no commas behind', () => {
  const details = (BillAddr: NonNullable<Parameters<typeof mapped>[0]['BillAddr']>) => userFor({ BillAddr }).details;
  expect(
    details({
      Id: '3',
      Line1: 'Sonnenschein Family Store',
      Line2: '5647 Cypress Hill Ave.',
      Line4: ' ',
      City: 'Middlefield',
      CountrySubDivisionCode: 'CA',
      PostalCode: '94303',
      Country: 'USA',
      Lat: '37.4238562',
      Long: 'INVALID',
    }),
  ).toBe('Sonnenschein Family Store\n5647 Cypress Hill Ave.\nMiddlefield, CA 94303\nUSA');
  expect(details({ PostalCode: '94303' })).toBe('94303');
  expect(details({ City: 'Middlefield' })).toBe('Middlefield');
  expect(details({ Id: '333' })).toBeUndefined();
});
