import type { Json } from '../../../core/domain/json.ts';
import { equalsRemote } from '../fields/fields.ts';

/**
 * Equal except for notation: line ends and repeated spaces do not count, nor anything but the digits of a phone number.
 */
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
