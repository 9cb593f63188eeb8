import type { Json } from '../../../core/domain/json.ts';
import { equalsRemote } from '../fields/fields.ts';

/** Equal except for the notation: line ends and runs of spaces, and in phone numbers everything that is not a digit. */
export function isSame(name: string, mapped: Json, shown: Json | undefined): boolean {
  if (equalsRemote(name, mapped, shown)) return true;
  if (typeof mapped !== 'string' || typeof shown !== 'string') return false;
  if (name === 'phone') return digits(mapped) !== '' && digits(mapped) === digits(shown);
  return inOneLine(mapped) === inOneLine(shown);
}

export function digits(text: string): string {
  return text.replaceAll(/\D/g, '');
}

export function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}
