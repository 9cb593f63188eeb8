import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** E.164, or undefined for what is no phone number. Numbers without a country code are the default country's. */
export function toE164(text: string, country: string | undefined): string | undefined {
  const found = parsePhoneNumberFromString(text, countryCode(country));
  return found?.isPossible() ? found.number : undefined;
}

function countryCode(country: string | undefined): CountryCode | undefined {
  return country !== undefined && isSupportedCountry(country) ? country : undefined;
}
