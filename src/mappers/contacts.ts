import type { MapResult, OmittedField } from '../core/domain/mapper.ts';
import { splitEmails } from './email.ts';
import type { Values } from './mapping.ts';
import { toE164, whyNoPhone } from './phone.ts';
import { textOf, textsOf } from './text.ts';

interface Contacts {
  readonly email: string | undefined;
  readonly emails: readonly string[];
  readonly phone: string | undefined;
  readonly phones: readonly string[];
  /** The text, if it is not an address or a number. */
  readonly omitted: readonly OmittedField[];
}

/** Addresses and numbers of a customer, as Zendesk takes them. */
export function readContacts(
  values: Values,
  {
    country,
    invalidEmail,
    keepsPhone,
  }: { readonly country: string | undefined; readonly invalidEmail: 'reject' | 'drop'; readonly keepsPhone: boolean },
): Contacts | Extract<MapResult<never>, { readonly kind: 'reject' }> {
  const omitted: OmittedField[] = [];
  const address = textOf(values.email) ?? '';
  const [email] = splitEmails(address).valid;
  if (address !== '' && email === undefined) {
    if (invalidEmail === 'reject' && !splitEmails(address).isEmpty) return invalid(address);
    omitted.push({ target: 'email', why: 'the value is not a valid e-mail address.' });
  }
  const emails = textsOf(values.emails).flatMap((text) => {
    const { valid } = splitEmails(text);
    if (valid.length === 0) omitted.push({ target: 'emails', why: 'an address is not valid.' });
    return valid;
  });
  const number = textOf(values.phone);
  const phone = (number === undefined ? undefined : toE164(number, country)) ?? (keepsPhone ? number : undefined);
  if (number !== undefined && phone === undefined) omitted.push({ target: 'phone', why: whyNoPhone(number, country) });
  const phones = textsOf(values.phones).flatMap((text) => {
    const found = toE164(text, country);
    if (found === undefined) omitted.push({ target: 'phones', why: whyNoPhone(text, country) });
    return found ?? [];
  });
  return { email, emails: excluding(email, emails), phone, phones: excluding(phone, phones), omitted };
}

function invalid(address: string): Extract<MapResult<never>, { readonly kind: 'reject' }> {
  const message =
    'The e-mail address is not valid. Correct it at the source, or set policies.invalidEmail: drop to sync without it.';
  return { kind: 'reject', code: 'invalid-email', message, detail: `Found: ${JSON.stringify(address)}.` };
}

/** Each once, without the one that the user has already. */
function excluding(primary: string | undefined, found: readonly string[]): readonly string[] {
  return [...new Set(found)].filter((one) => one !== primary);
}
