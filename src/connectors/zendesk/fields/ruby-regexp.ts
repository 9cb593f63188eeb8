import { toRegExp } from 'oniguruma-to-es';

/** A pattern of Ruby in JavaScript. */
export interface RubyRegexp {
  readonly regexp: RegExp;
  /** Whether Ruby, too, finds no match in a text in which `regexp` finds none. */
  isSureOf(unmatchedText: string): boolean;
}

/** The time that the library takes grows faster than the pattern: half a second at some 10,000 characters. */
const maxLength = 2_000;

/**
 * Undefined if the pattern cannot be translated, or if the translation may behave differently: no verdict is better than a
 * wrong one. test/oracles holds what Ruby itself says.
 */
export function readRubyRegexp(pattern: string): RubyRegexp | undefined {
  if (pattern.length > maxLength || differences.some((difference) => difference.test(pattern))) return undefined;
  if (hasDuplicateGroupNames(pattern)) return undefined;
  const regexp = translate(pattern);
  return regexp && { regexp, isSureOf: (text) => !dependsOnCaseRules(pattern, text) };
}

/** What Ruby's engine, Onigmo, reads otherwise than Oniguruma, or the library only approximates. */
const differences: readonly RegExp[] = [
  // A repetition that the library would take for a lazy one: in Ruby, `a{2}?` is "aa" or nothing.
  /\{\d+\}\?/,
  // Options for the rest of a group. In Ruby, `a(?i)b|c` is `a(?i:b|c)`.
  /[^(][\s\S]*\(\?[a-z-]+\)[\s\S]*\|/,
  // The end of the previous match, a grapheme, and what must not occur.
  /\\[GX]|\(\?~/,
  // Calls of groups. The library writes each call out, which can double the pattern with every group.
  /\\g[<']/,
];

/** A reference to one of several groups of the same name also matches those that took no part. */
function hasDuplicateGroupNames(pattern: string): boolean {
  const names = [...pattern.matchAll(/\(\?(?:<([^=!>][^>]*)>|'([^']*)')/g)].map((match) => match[1] ?? match[2]);
  return new Set(names).size < names.length;
}

/** Ruby's `\w`, `\d` and `\s` are ASCII, also where `[[:alpha:]]` and `\b` are not; Oniguruma's are Unicode's. */
const rubyEscapes: Readonly<Record<string, string>> = {
  w: '[0-9A-Za-z_]',
  W: '[^0-9A-Za-z_]',
  d: '[0-9]',
  D: '[^0-9]',
  s: String.raw`[\t\n\v\f\r ]`,
  S: String.raw`[^\t\n\v\f\r ]`,
  // Escapes of Oniguruma, letters in Ruby.
  N: 'N',
  O: 'O',
  y: 'y',
  Y: 'Y',
};
const rubyPunctuation = '\\p{P}$+<=>\\^`|~]';

function translate(pattern: string): RegExp | undefined {
  const oniguruma = pattern.replaceAll(
    /\\(?:u\{([^}]*)\}|([\s\S]))|\[:(\^?)punct:\]/g,
    (part: string, codePoints?: string, letter?: string, negation?: string) => {
      if (codePoints !== undefined) return codePoints.replaceAll(/[^ ]+ ?/g, (code) => String.raw`\x{${code.trim()}}`);
      if (letter === undefined) return `[${negation}${rubyPunctuation}`;
      return Object.hasOwn(rubyEscapes, letter) ? (rubyEscapes[letter] ?? part) : part;
    },
  );
  try {
    return toRegExp(oniguruma, { avoidSubclass: true });
  } catch (error) {
    // The library explains what it cannot translate in errors without a class of their own.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/**
 * Where case does not matter, Ruby compares some letters with pairs of letters (`ß` with `ss`, even for `[[:alpha:]]`), and
 * folds classes such as `[[:lower:]]` within ASCII only.
 */
function dependsOnCaseRules(pattern: string, text: string): boolean {
  if (!/\(\?[a-z]*i/.test(pattern)) return false;
  if (/ss|ff|fi|fl|st/i.test(text)) return true;
  const others = [...text].filter((letter) => letter > '\u007f');
  return others.some(hasSeveralForms) || (others.length > 0 && /\[:\^?(?:upper|lower):|\\[pP]\{/.test(pattern));
}

/** Such as `ſ`, which is a third form of S, or `ŉ`, which has no single capital. */
function hasSeveralForms(letter: string): boolean {
  const [upper, lower] = [letter.toUpperCase(), letter.toLowerCase()];
  return (letter !== upper && letter !== upper.toLowerCase()) || (letter !== lower && letter !== lower.toUpperCase());
}
