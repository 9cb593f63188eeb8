import { domainToUnicode } from 'node:url';

/** Letters of other alphabets that look like Latin ones. */
const homoglyphs: Readonly<Record<string, string>> = {
  ...{ а: 'a', в: 'b', е: 'e', ё: 'e', ѕ: 's', і: 'i', ї: 'i', ј: 'j', к: 'k', м: 'm', н: 'h', о: 'o', р: 'p', с: 'c' },
  ...{ т: 't', у: 'y', х: 'x', ԁ: 'd', ԛ: 'q', ԝ: 'w', һ: 'h', ӏ: 'l' },
  ...{ α: 'a', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x', ı: 'i', ɡ: 'g', ł: 'l', ø: 'o' },
};

/** Where people have private addresses, and mistype them. */
const providers = ['gmail.com', 'hotmail.com', 'outlook.com', 'yahoo.com', 'icloud.com', 'protonmail.com'];
/** One letter away from those, and somebody else's. */
const realNeighbours: ReadonlySet<string> = new Set(['mail.com', 'ymail.com', 'email.com', 'fmail.com', 'hmail.com']);
const dotless: ReadonlySet<string> = new Set(['gmail.com']);

/**
 * What addresses of one person have in common: without a plus tag, without the dots that Gmail ignores, with look-alike
 * letters and mistyped domains of large providers set right. Undefined for what is no address.
 */
export function addressLikeness(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (at < 1 || at === address.length - 1) return undefined;
  const domain = likelyDomain(address.slice(at + 1).toLowerCase());
  const name = withLatinLetters(address.slice(0, at).toLowerCase());
  const plus = name.indexOf('+');
  const untagged = plus > 0 ? name.slice(0, plus) : name;
  return `${dotless.has(domain) ? untagged.replaceAll('.', '') : untagged}@${domain}`;
}

function likelyDomain(domain: string): string {
  // Empty for what is no domain.
  const shown = domainToUnicode(domain) || domain;
  const latin = withLatinLetters(shown)
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
  const known = latin === 'googlemail.com' ? 'gmail.com' : latin;
  if (realNeighbours.has(known)) return known;
  return providers.find((provider) => isOneTypoAway(known, provider)) ?? known;
}

function withLatinLetters(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return [...plain].map((letter) => homoglyphs[letter] ?? letter).join('');
}

/** One letter too many, too few or wrong, or two neighbours swapped. */
function isOneTypoAway(text: string, right: string): boolean {
  if (Math.abs(text.length - right.length) > 1) return false;
  let start = 0;
  while (start < text.length && text[start] === right[start]) start += 1;
  const [rest, rightRest] = [text.slice(start), right.slice(start)];
  if (rest === rightRest) return true;
  return (
    rest.slice(1) === rightRest ||
    rest === rightRest.slice(1) ||
    rest.slice(1) === rightRest.slice(1) ||
    (rest[0] === rightRest[1] && rest[1] === rightRest[0] && rest.slice(2) === rightRest.slice(2))
  );
}
