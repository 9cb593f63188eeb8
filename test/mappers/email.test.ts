import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isValidEmail, splitEmails } from '../../src/mappers/email.ts';
import { mapped, userFor } from '../kit/mapper.ts';

test.each([
  'a@b.co',
  'Birds@Example.com',
  'first.last+tag@sub.example.com',
  "o'neil@example.com",
  '!#$%&*/=?^_`{|}~-@example.org',
  'x@1-2.example',
  'x@xn--bcher-kva.example',
  `x@example.${'z'.repeat(63)}`,
  `${'x'.repeat(243)}@example.com`,
])('%s is valid', (address) => {
  expect(isValidEmail(address)).toBe(true);
});

test.each([
  '',
  'no-at.example.com',
  'a@@example.com',
  'a@b@example.com',
  'nobody@localhost',
  'two words@example.com',
  'a@exam ple.com',
  '.a@example.com',
  'a.@example.com',
  'a..b@example.com',
  'a@-example.com',
  'a@example-.com',
  'a@example..com',
  'a@.example.com',
  'a@example.com.',
  'a@example.c',
  'a@example.c0m',
  `x@example.${'z'.repeat(64)}`,
  'a@192.0.2.1',
  'a@[192.0.2.1]',
  '"quoted"@example.com',
  'Name <a@b.example.com>',
  'mailto:sales@example.com',
  'jürgen@example.com',
  'a@bücher.example',
  'a@example.com\n',
  `${'x'.repeat(244)}@example.com`,
])('%j is not valid', (address) => {
  expect(isValidEmail(address)).toBe(false);
});

test.each([
  ['one', 'a@example.com', ['a@example.com']],
  ['two by comma', 'A@example.com, b@example.org', ['a@example.com', 'b@example.org']],
  ['two by semicolon', 'a@example.com;b@example.org', ['a@example.com', 'b@example.org']],
  ['both separators, empty parts', ';, a@example.com ,;; b@example.org,', ['a@example.com', 'b@example.org']],
  ['a bad one before a good one', 'nobody@localhost; b@example.org', ['b@example.org']],
  ['none that is good', 'nobody, nowhere', []],
])('a field with %s', (_, text, valid) => {
  expect(splitEmails(text)).toEqual({ valid, isEmpty: false });
});

test.each(['', '   ', ',', ' ; , '])('%j holds no address at all', (text) => {
  expect(splitEmails(text)).toEqual({ valid: [], isEmpty: true });
});

test('the first valid address of a list is the user’s', () => {
  expect(userFor({ PrimaryEmailAddr: { Address: 'nobody@localhost, B@Example.org; c@example.org' } }).email).toBe(
    'b@example.org',
  );
});

test('an address that is there but not valid is rejected, or dropped if the policy says so', () => {
  const fields = { PrimaryEmailAddr: { Address: 'two words@example.com' } };
  expect(mapped(fields)).toMatchObject({ kind: 'reject', code: 'invalid-email' });
  expect(userFor(fields, { invalidEmail: 'drop' })).not.toHaveProperty('email');
  // What was found is the customer's data: in the detail, which a report leaves out, and not in the message.
  expect(Object(mapped(fields)).message).not.toContain('two words');
});

test('no address is no reason for a reject', () => {
  expect(userFor({ PrimaryEmailAddr: { Address: ' ,' } })).not.toHaveProperty('email');
  expect(userFor({ PrimaryEmailAddr: {} })).not.toHaveProperty('email');
});

/** The rule once more, said in another way: by parts instead of by one expression. */
function validByParts(text: string): boolean {
  const at = text.indexOf('@');
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  return (
    at > 0 &&
    text.length <= 255 &&
    local.split('.').every((atom) => atom !== '' && [...atom].every((c) => /[\w!#$%&'*+/=?^`{|}~-]/.test(c))) &&
    labels.length >= 2 &&
    labels.every((part) => /^[A-Za-z0-9-]+$/.test(part) && !part.startsWith('-') && !part.endsWith('-')) &&
    last.length >= 2 &&
    last.length <= 63 &&
    /^[A-Za-z]+$/.test(last)
  );
}

test('valid means the same whichever way the rule is said', () => {
  const nearMiss = fc.string({ unit: fc.constantFrom(...'aZ0.-@@..\u00e9 _+"<'), maxLength: 24 });
  const part = fc.string({ unit: fc.constantFrom(...'ab0-.'), minLength: 1, maxLength: 8 });
  const shaped = fc.tuple(part, part, part).map(([a, b, c]) => `${a}@${b}.${c}`);
  fc.assert(
    fc.property(fc.oneof(nearMiss, shaped, fc.emailAddress()), (text) => {
      expect(isValidEmail(text)).toBe(validByParts(text));
    }),
    { numRuns: 2000 },
  );
});

test('whatever the field holds, what comes out is valid, in lower case and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.emailAddress(), fc.string())), fc.constantFrom(',', ';', ' , '), (parts, by) => {
      const text = parts.join(by);
      const { valid } = splitEmails(text);
      expect(valid.every((address) => isValidEmail(address) && address === address.toLowerCase())).toBe(true);
      let from = 0;
      for (const address of valid) {
        const found = text.toLowerCase().indexOf(address, from);
        expect(found).toBeGreaterThanOrEqual(from);
        from = found + address.length;
      }
    }),
  );
});
