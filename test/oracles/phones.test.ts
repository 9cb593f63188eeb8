import { expect, test } from 'vitest';
import { toE164 } from '../../src/mappers/phone.ts';
import google from './phones.json' with { type: 'json' };

/** Countries whose numbers changed after the data were made (2022): the examples of that time are not valid any more. */
const changedSince: readonly string[] = ['BJ', 'NG', 'UZ', 'ZW'];

test('numbers are read as in the original libphonenumber', () => {
  const different = google.numbers.flatMap(({ text, country, reads }) => {
    const result = toE164(text, country) ?? null;
    return result === reads ? [] : [{ text, country, result }];
  });
  const unexplained = different.filter(({ country, result }) => !(result === null && changedSince.includes(country)));
  // Letters in place of digits are the one thing that libphonenumber-js does not read.
  expect(unexplained).toEqual([{ text: '1-800-FLOWERS', country: 'US', result: null }]);
});
