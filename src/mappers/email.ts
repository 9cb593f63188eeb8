const maxCharacters = 255;
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const address = new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+[A-Za-z]{2,63}$`);

/** ASCII, at most 255 characters, a dot-atom, then at least two labels, the last of letters. Nothing is unwrapped. */
export function isValidEmail(text: string): boolean {
  return text.length <= maxCharacters && address.test(text);
}

/** QuickBooks lets people write several addresses into one field: what stands there, in order. */
export function addressesIn(text: string): readonly { readonly text: string; readonly isValid: boolean }[] {
  const parts = text.split(/[,;]/).flatMap((part) => part.trim() || []);
  return parts.map((part) => ({ text: part, isValid: isValidEmail(part) }));
}

/** The valid ones, in lower case. */
export function splitEmails(text: string): { readonly valid: readonly string[]; readonly isEmpty: boolean } {
  const parts = addressesIn(text);
  return {
    valid: parts.filter(({ isValid }) => isValid).map((part) => part.text.toLowerCase()),
    isEmpty: parts.length === 0,
  };
}
