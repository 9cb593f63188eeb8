import { expect, test } from 'vitest';
import { countryOf } from '../../src/core/records/countries.ts';
import iso from './countries.json' with { type: 'json' };

test.each(iso.countries)('$alpha_2 is $alpha_3, $name', ({ alpha_2, alpha_3, name, common_name = name }) => {
  const texts = [
    alpha_2,
    alpha_3.toLowerCase(),
    name,
    common_name,
    name.replace(' and ', ' & '),
    name.replace('Saint ', 'St. '),
  ];
  for (const text of texts) {
    expect(countryOf(text, 'alpha2'), text).toBe(alpha_2);
    expect(countryOf(text, 'alpha3'), text).toBe(alpha_3);
  }
});
