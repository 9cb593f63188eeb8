import { expect, test } from 'vitest';
import { toOrganizations } from '../../src/mappers/organizations.ts';

const domainsOf = (...domain_names: string[]) =>
  toOrganizations([{ name: 'Acme', domain_names }], {
    connector: 'quickbooks',
    account: '1',
    coerceField: (_, value) => [value],
    leaveOut: () => undefined,
  })[0]?.domain_names;

test.each([
  ['acme.example.com', 'acme.example.com'],
  [' Acme.Example.COM ', 'acme.example.com'],
  ['@acme.example.com', 'acme.example.com'],
  ['info@acme.example.com', 'acme.example.com'],
  ['https://www.acme.example.com/about?x=1#team', 'acme.example.com'],
  ['http://acme.example.com:8080', 'acme.example.com'],
  ['https://user@acme.example.com/', 'acme.example.com'],
  ['www.acme.example.com', 'acme.example.com'],
  ['acme.example.com/contact', 'acme.example.com'],
  ['acme.example.com.', 'acme.example.com'],
  ['bücher.example.com', 'xn--bcher-kva.example.com'],
])('the domain of %j is %j', (text, domain) => {
  expect(domainsOf(text)).toEqual([domain]);
});

test.each(['acme', 'n/a', 'https://', 'see website', 'http://localhost/x'])('%j names no domain', (text) => {
  expect(domainsOf(text)).toBeUndefined();
});

test('a domain that is written in two ways counts once', () => {
  expect(domainsOf('https://acme.example.com', 'acme.example.com', 'beta.example.com')).toEqual([
    'acme.example.com',
    'beta.example.com',
  ]);
});
