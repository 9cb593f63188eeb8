import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** E.164, or undefined for what is no phone number. Numbers without a country code are the default country's. */
export function toE164(text: string, country: string | undefined): string | undefined {
  const known = countryCode(country);
  // Certainly none. The library finds that out by throwing, which costs as much as reading a number.
  if (!(known === undefined ? /[+\uFF0B]/ : /\p{Nd}/u).test(text)) return undefined;
  const found = parsePhoneNumberFromString(text, known);
  return found?.isPossible() ? found.number : undefined;
}

function countryCode(country: string | undefined): CountryCode | undefined {
  return country !== undefined && isSupportedCountry(country) ? country : undefined;
}
