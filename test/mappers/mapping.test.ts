import { expect, test } from 'vitest';
import { customerSchema } from '../../src/connectors/quickbooks/customer.ts';
import { createMapper } from '../../src/mappers/create-mapper.ts';
import { type MappingConfig, mappingSchema, pathsUsed, validateMapping } from '../../src/mappers/mapping.ts';
import { condition } from '../../src/mappers/rules.ts';
import { mapped, userFor, usual } from '../kit/mapper.ts';

const goldCustomer = {
  Id: '58',
  DisplayName: 'Amy',
  Balance: 85.5,
  Job: false,
  CustomerTypeRef: { value: '1', name: 'Gold' },
  BillAddr: { City: 'Bayshore', CountrySubDivisionCode: 'CA' },
};
const custom = (mapping: MappingConfig) => userFor(goldCustomer, { mapping }).user_fields;

test('a path keeps the type', () => {
  expect(custom({ user_fields: { balance: 'Balance', is_job: 'Job', level: 'CustomerTypeRef.name' } })).toEqual({
    balance: 85.5,
    is_job: false,
    level: 'Gold',
  });
});

test('a path into a list counts from zero', () => {
  const fields = { ...goldCustomer, Lines: [{ Name: 'first' }, { Name: 'second' }] };
  const user = userFor(fields, { mapping: { alias: 'Lines[1].Name', notes: 'Lines[7].Name' } });
  expect(user).toMatchObject({ alias: 'second' });
  expect(user).not.toHaveProperty('notes');
});

test('a path that leads nowhere, or into what every object inherits, gives nothing', () => {
  const user = userFor(goldCustomer, {
    mapping: {
      alias: 'BillAddr.Line1',
      notes: 'constructor.name',
      user_fields: { x: 'Balance.toFixed', y: 'No.Such' },
    },
  });
  expect(user).not.toHaveProperty('alias');
  expect(user).not.toHaveProperty('notes');
  expect(user).not.toHaveProperty('user_fields');
});

test('numbers and truths become text where Zendesk wants text', () => {
  expect(userFor(goldCustomer, { mapping: { alias: 'Balance', notes: 'Job' } })).toMatchObject({
    alias: '85.5',
    notes: 'false',
  });
});

test('a template gives text, and nothing when only punctuation is left of it', () => {
  const details = '{{ BillAddr.City }}, {{ BillAddr.CountrySubDivisionCode }}';
  expect(userFor(goldCustomer, { mapping: { details } }).details).toBe('Bayshore, CA');
  expect(userFor({ Id: '1' }, { mapping: { details } })).not.toHaveProperty('details');
  expect(custom({ user_fields: { balance: '{{ Balance | times: 2 }}' } })).toEqual({ balance: '171' });
});

test('a template knows the connector, the account and the key', () => {
  expect(
    userFor(goldCustomer, { mapping: { external_id: 'QB-{{ account }}-{{ key }}-{{ connector }}' } }),
  ).toMatchObject({
    external_id: 'qb-9130357992221046-58-quickbooks',
  });
});

test('a look-up gives the value by another name; what the table lacks is the default', () => {
  const lookup = { Gold: 'gold', Silver: 'silver' };
  const level = (name?: string) =>
    userFor(
      { Id: '1', ...(name !== undefined && { CustomerTypeRef: { value: '1', name } }) },
      { mapping: { user_fields: { level: { from: 'CustomerTypeRef.name', lookup, default: 'bronze' } } } },
    ).user_fields;
  expect(level('Gold')).toEqual({ level: 'gold' });
  expect(level('Platinum')).toEqual({ level: 'bronze' });
  expect(level()).toEqual({ level: 'bronze' });
});

test('a look-up finds only what its table holds', () => {
  const level = { from: 'CustomerTypeRef.name', lookup: { Gold: 'gold' } };
  for (const name of ['constructor', 'toString', '__proto__', 'gold', 'Gold ']) {
    const fields = { Id: '1', CustomerTypeRef: { value: '1', name } };
    expect(userFor(fields, { mapping: { user_fields: { level } } })).not.toHaveProperty('user_fields');
  }
});

test('a look-up may be of a number or a truth, and without a table only the default is added', () => {
  expect(custom({ user_fields: { kind: { from: 'Job', lookup: { false: 'customer', true: 'job' } } } })).toEqual({
    kind: 'customer',
  });
  expect(custom({ user_fields: { balance: { from: 'Balance', default: 0 } } })).toEqual({ balance: 85.5 });
  expect(custom({ user_fields: { limit: { from: 'CreditLimit', default: 0 } } })).toEqual({ limit: 0 });
});

test('a constant is what it is', () => {
  const mapping = {
    organization_id: { const: 4112492 },
    user_fields: { imported: { const: true }, none: { const: null } },
  };
  expect(userFor(goldCustomer, { mapping })).toMatchObject({
    organization_id: 4112492,
    user_fields: { imported: true },
  });
  expect(custom(mapping)).toEqual({ imported: true });
});

test('tags: a plain word is the tag, templates and paths add theirs, all in the form that Zendesk keeps', () => {
  const tags = [
    'QuickBooks',
    'two words',
    '{{ CustomerTypeRef.name }}',
    { from: 'BillAddr.City' },
    { const: ['b', 'a'] },
  ];
  expect(userFor(goldCustomer, { mapping: { tags } }).tags).toEqual([
    'a',
    'b',
    'bayshore',
    'gold',
    'quickbooks',
    'two_words',
  ]);
  expect(userFor(goldCustomer, { mapping: { tags: [] } }).tags).toEqual([]);
});

test('tags that come to nothing or to the same are left out', () => {
  const tags = ['vip', ' VIP ', '{{ Notes }}', { from: 'Notes' }];
  expect(userFor(goldCustomer, { mapping: { tags } }).tags).toEqual(['vip']);
});

test('a configured key takes the place of the built-in one, also when it finds nothing', () => {
  const fields = { ...goldCustomer, PrimaryPhone: { FreeFormNumber: '(650) 555-3311' } };
  expect(userFor(fields, { mapping: { phone: 'Fax.FreeFormNumber' } })).not.toHaveProperty('phone');
  expect(userFor(fields, { mapping: { name: 'BillAddr.City' } }).name).toBe('Bayshore');
});

test('texts leave without half characters', () => {
  const half = 'Amy \uD83D';
  const user = userFor(
    { Id: '1', Notes: half },
    { mapping: { notes: 'Notes', alias: '{{ Notes }}', tags: [{ from: 'Notes' }], user_fields: { note: 'Notes' } } },
  );
  expect(user).toMatchObject({
    notes: 'Amy \uFFFD',
    alias: 'Amy \uFFFD',
    tags: ['amy_\uFFFD'],
    user_fields: { note: 'Amy \uFFFD' },
  });
});

test('texts leave without control characters but line ends and tabs', () => {
  const Notes = 'a\u0000b\u0007 c\u001b[2J\n\td\u000be\u009b0m';
  const user = userFor(
    { Id: '1', DisplayName: 'Amy\u0007 Lee', Notes, BillAddr: { Line1: Notes } },
    { mapping: { notes: 'Notes', alias: '{{ Notes }}', details: 'BillAddr.Line1', user_fields: { note: 'Notes' } } },
  );
  const clean = 'ab c[2J\n\td\ne0m';
  expect(user).toMatchObject({
    name: 'Amy Lee',
    notes: clean,
    alias: clean,
    details: clean,
    user_fields: { note: clean },
  });
  expect(userFor({ Id: '1', Notes: '\u0000\u0007' }, { mapping: { notes: 'Notes' } })).not.toHaveProperty('notes');
});

test('mails are skipped unless the mapping says otherwise, and verified is not set on its own', () => {
  expect(userFor(goldCustomer)).toMatchObject({ skip_verify_email: true });
  expect(userFor(goldCustomer)).not.toHaveProperty('verified');
  expect(userFor(goldCustomer, { mapping: { skip_verify_email: false, verified: true } })).toMatchObject({
    skip_verify_email: false,
    verified: true,
  });
});

test.each([
  ['Balance > 0 and Job != true', 'payload'],
  ['Balance > 100', 'skip'],
  ['CustomerTypeRef.name == "Gold"', 'payload'],
  ['BillAddr.City contains "shore"', 'payload'],
  ['Notes', 'skip'],
  ['CreditLimit > 0', 'skip'],
  ['CreditLimit == nil', 'payload'],
  ['connector == "quickbooks" and key == "58"', 'payload'],
])('filter: %s → %s', (filter, kind) => {
  const result = mapped(goldCustomer, { filter });
  expect(result.kind).toBe(kind);
  if (result.kind === 'skip') expect(result.reason).toBe('filter');
});

test.each([
  ['Balance >', /a value is missing at the end/],
  ['Balance > 0 and', /a value is missing at the end/],
  ['> 0', /a value is missing before >/],
  ['Balance > > 0', /a value is missing before >/],
  ['Balance 0', /an operator is missing before 0/],
  ['Balance = 0', /an operator is missing before =|expected/],
  ['DisplayName == "A" "B"', /an operator is missing before "B"/],
  ['Balance > 0 && Job', /missing|expected/],
  ['DisplayName | nope', /undefined filter: nope/],
])('filter: %s is refused, instead of skipping everybody', (filter, message) => {
  expect(() => condition(filter)).toThrow(message);
});

test.each([
  'Balance',
  'not Job',
  'Balance>0 and Job!=true',
  'DisplayName == "A and > B" or Notes contains \'x y\'',
  'BillAddr["City"] != nil and Lines[0].Name == "a"',
  'DisplayName.size <= 3',
  'Notes != empty and Balance >= -1.5',
])('filter: %s is a condition', (filter) => {
  expect(() => condition(filter)).not.toThrow();
});

test('a path or look-up that hit nothing in a whole run is reported, one that hit once is not', () => {
  const { map, unmatchedRules } = createMapper({
    ...usual,
    mapping: { alias: 'Suffix', notes: { from: 'Notes', default: 'none' }, details: '{{ Title }}' },
  });
  const record = (Id: string, fields = {}) =>
    ({ key: Id, data: { Id, DisplayName: 'A', ...fields }, state: 'active' }) as const;
  expect(unmatchedRules()).toEqual([]);
  map(record('1'));
  map(record('2', { IsProject: true, Suffix: 'Jr.' }));
  expect(unmatchedRules()).toEqual(['mapping.alias: Suffix was empty in the only customer.']);
  map(record('3', { Suffix: 'Jr.' }));
  expect(unmatchedRules()).toEqual([]);
});

test('paths that are not in the source and templates that do not parse are problems, with the place', () => {
  const mapping = mappingSchema.parse({
    phone: 'PrimaryPhon.FreeFormNumber',
    alias: '{{ Titel }}',
    details: '{{ DisplayName.size }} {{ BillAddr.City.first }} {{ size }}',
    notes: '{{ DisplayName | nope }}',
    tags: ['fine', { from: 'BillAddr.Town' }],
    user_fields: { level: { from: 'CustomerTypeRef.name' }, key: 'key' },
  });
  expect(validateMapping({ mapping }, customerSchema).map(({ path, message }) => [path.join('.'), message])).toEqual([
    ['mapping.phone', expect.stringContaining('PrimaryPhon.FreeFormNumber is not in the source')],
    ['mapping.alias', expect.stringContaining('Titel is not in the source')],
    ['mapping.details', expect.stringContaining('size is not in the source')],
    ['mapping.notes', expect.stringContaining('not a Liquid template: undefined filter: nope')],
    ['mapping.tags.1', expect.stringMatching(/^BillAddr\.Town is not in the source; known there: Id, Line1, .*City/)],
  ]);
});

test('what the mapping and the filter read is known by its paths', () => {
  const mapping = mappingSchema.parse({
    name: 'DisplayName',
    details: '{{ BillAddr.City }} {% if Balance > 0 %}{{ SalesTermRef.name }}{% endif %}',
    alias: '{% assign type = CustomerTypeRef %}{{ type.name }}',
    tags: ['plain', '{{ ParentRef["name"] }}'],
    user_fields: { level: { from: 'PaymentMethodRef.name', lookup: { a: 'b' } }, origin: { const: 'x' } },
  });
  expect(pathsUsed({ mapping, filter: 'Job != true' })).toEqual([
    'Balance',
    'BillAddr.City',
    'CustomerTypeRef',
    'DisplayName',
    'Job',
    'ParentRef.name',
    'PaymentMethodRef.name',
    'SalesTermRef.name',
  ]);
  expect(pathsUsed({ mapping: {} })).toEqual([]);
});
