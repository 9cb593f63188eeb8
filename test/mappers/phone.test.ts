import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { expect, test } from 'vitest';
import { toE164 } from '../../src/mappers/phone.ts';

test.each([
  ['(650) 555-3311', 'US', '+16505553311'],
  ['650.555.3311', 'US', '+16505553311'],
  ['1-650-555-3311', 'US', '+16505553311'],
  ['650-555-3311 ext. 42', 'US', '+16505553311x42'],
  ['(415) 555-1212 x123', 'US', '+14155551212x123'],
  ['+14155551212x123', undefined, '+14155551212x123'],
  ['+1 650 555 3311;ext=42', 'GB', '+16505553311x42'],
  ['tel:650-555-3311', 'US', '+16505553311'],
  ['416-555-0123', 'CA', '+14165550123'],
  ['020 7946 0018', 'GB', '+442079460018'],
  ['+44 20 7946 0018', 'US', '+442079460018'],
  ['011 44 20 7946 0018', 'US', '+442079460018'],
  ['(02) 5550 1234', 'AU', '+61255501234'],
  ['٦٥٠-٥٥٥-٣٣١١', 'US', '+16505553311'],
  ['0412 345 678', 'AU', '+61412345678'],
  ['55 1234 5678', 'MX', '+525512345678'],
  ['98765 43210', 'IN', '+919876543210'],
  ['021 123 4567', 'NZ', '+64211234567'],
  ['06 12 34 56 78', 'FR', '+33612345678'],
  // With its country code it is taken at its word: numbers are opened faster than tables of them are published.
  ['+1 041 234 5678', 'AU', '+10412345678'],
])('%s is a number of %s: %s', (text, country, number) => {
  expect(toE164(text, country)).toBe(number);
});

test.each([
  ['OtherWhat', 'US'],
  ['', 'US'],
  ['1', 'US'],
  ['555-3311', 'US'],
  ['9'.repeat(400), 'US'],
  ['(650) 555-3311 / (650) 555-3312', 'US'],
  ['see notes', undefined],
  ['0412 345 678', 'US'],
  ['98765 43210', 'US'],
  ['021 123 4567', 'US'],
  ['06 12 34 56 78', 'US'],
  ['(555) 555-5555', 'US'],
])('%s is no phone number', (text, country) => {
  expect(toE164(text, country)).toBeUndefined();
});

test('without a country of the company, only numbers with a country code are understood', () => {
  expect(toE164('(650) 555-3311', undefined)).toBeUndefined();
  expect(toE164('(650) 555-3311', 'Atlantis')).toBeUndefined();
  expect(toE164('+1 650 555 3311', undefined)).toBe('+16505553311');
});

test('whatever is in the field, the answer is E.164, perhaps with an extension, or nothing', () => {
  const digitsAndSigns = fc.string({ unit: fc.constantFrom(...'0123456789+-() .x') });
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), digitsAndSigns), (text) => {
      const number = toE164(text, 'US');
      if (number !== undefined) expect(number).toMatch(/^\+[1-9]\d{3,14}(?:x\d+)?$/);
    }),
  );
});

test('a text that is seen at once to be no number is none to the library either', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'0１٢۳+＋-(). x;=a', 'tel:', 'phone-context=') });
  fc.assert(
    fc.property(texts, fc.constantFrom('US', 'DE', undefined), (text, country) => {
      const found = parsePhoneNumberFromString(text, country);
      if (!found?.isPossible()) expect(toE164(text, country)).toBeUndefined();
      if (found?.isValid()) expect(toE164(text, country)?.split('x')[0]).toBe(found.number);
    }),
  );
});
