import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * `country` is an ISO 3166-1 code here; any other text is a country that nobody can read, and undefined is none.
 *
 * E.164, with an extension as Zendesk writes it (`+14155551212x123`); undefined for anything else. A number without
 * a country code is one of `country`, and must be valid there: it is never guessed. One with a country code is taken at its word.
 */
export function toE164(text: string, country: string | undefined): string | undefined {
  const known = countryCode(country);
  const isInternational = /[+\uFF0B]/.test(text);
  // Certainly none. The library finds that out by throwing, which costs as much as reading a number.
  if (!(isInternational || (known !== undefined && /\p{Nd}/u.test(text)))) return undefined;
  const written = isInternational ? parsePhoneNumberFromString(text) : undefined;
  const found = written?.isPossible() ? written : parsePhoneNumberFromString(text, known);
  if (!found || !(found === written || found.isValid())) return undefined;
  return found.ext === undefined ? found.number : `${found.number}x${found.ext}`;
}

/** The first text that is a number, else the first of all: that it is none is reported where it is written. */
export function firstPhone(country: string | undefined, ...texts: readonly (string | undefined)[]): string | undefined {
  const present = texts.flatMap((text) => text?.trim() || []);
  const [first, second] = present;
  // To read a number is slow, and it is read again where it is written.
  if (second === undefined) return first;
  return present.find((text) => toE164(text, country) !== undefined) ?? first;
}

/** Why a text is not a phone number, without the text. */
export function whyNoPhone(text: string, country: string | undefined): string {
  if (!/\p{Nd}/u.test(text)) return 'the value has no digits.';
  if (countryCode(country) !== undefined) return "the number is not valid in the customer's country.";
  if (country !== undefined) return "the number has no country code, and the customer's own country can't be read.";
  return 'the number has no country code, and its country is not known. Set country: in the configuration, such as US.';
}

function countryCode(country: string | undefined): CountryCode | undefined {
  return country !== undefined && isSupportedCountry(country) ? country : undefined;
}
