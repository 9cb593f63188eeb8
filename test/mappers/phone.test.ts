import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { expect, test } from 'vitest';
import { toE164 } from '../../src/mappers/phone.ts';

test.each([
  ['(650) 555-3311', 'US', '+16505553311'],
  ['650.555.3311', 'US', '+16505553311'],
  ['1-650-555-3311', 'US', '+16505553311'],
  ['650-555-3311 ext. 42', 'US', '+16505553311'],
  ['+1 650 555 3311;ext=42', 'GB', '+16505553311'],
  ['tel:650-555-3311', 'US', '+16505553311'],
  ['416-555-0123', 'CA', '+14165550123'],
  ['020 7946 0018', 'GB', '+442079460018'],
  ['+44 20 7946 0018', 'US', '+442079460018'],
  ['011 44 20 7946 0018', 'US', '+442079460018'],
  ['(02) 5550 1234', 'AU', '+61255501234'],
  ['٦٥٠-٥٥٥-٣٣١١', 'US', '+16505553311'],
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
])('%s is no phone number', (text, country) => {
  expect(toE164(text, country)).toBeUndefined();
});

test('without a country of the company, only numbers with a country code are understood', () => {
  expect(toE164('(650) 555-3311', undefined)).toBeUndefined();
  expect(toE164('(650) 555-3311', 'Atlantis')).toBeUndefined();
  expect(toE164('+1 650 555 3311', undefined)).toBe('+16505553311');
});

test('whatever is in the field, the answer is E.164 or nothing', () => {
  const digitsAndSigns = fc.string({ unit: fc.constantFrom(...'0123456789+-() .x') });
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), digitsAndSigns), (text) => {
      const number = toE164(text, 'US');
      if (number !== undefined) expect(number).toMatch(/^\+[1-9]\d{3,14}$/);
    }),
  );
});

test('a text that is seen at once to be no number is none to the library either', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'0１٢۳+＋-(). x;=a', 'tel:', 'phone-context=') });
  fc.assert(
    fc.property(texts, fc.constantFrom('US', 'DE', undefined), (text, country) => {
      const found = parsePhoneNumberFromString(text, country);
      expect(toE164(text, country)).toBe(found?.isPossible() ? found.number : undefined);
    }),
  );
});
