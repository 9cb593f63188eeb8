import { describe, expect, test } from 'vitest';
import { type RubyRegexp, readRubyRegexp } from '../../src/connectors/zendesk/fields/ruby-regexp.ts';
import { matchesRubyPattern } from '../../src/sandbox/zendesk/fields/ruby-pattern.ts';
import characters from './ruby-characters.json' with { type: 'json' };
import ruby from './ruby-patterns.json' with { type: 'json' };

interface Case {
  readonly pattern: string;
  readonly values: readonly string[];
  readonly accepts: readonly string[];
}

const cases: readonly Case[] = ruby.groups.flatMap(({ values, cases }) =>
  cases.flatMap(({ pattern, accepts }) => (accepts === undefined ? [] : [{ pattern, values, accepts }])),
);
const readCases = cases.flatMap((one) => {
  const regexp = readRubyRegexp(one.pattern);
  return regexp === undefined ? [] : [{ ...one, ruby: regexp }];
});

const refuses = ({ regexp, isSureOf }: RubyRegexp, value: string): boolean => !regexp.test(value) && isSureOf(value);
const describeAll = (pattern: string, values: readonly string[]): readonly string[] =>
  values.map((value) => `${pattern} on ${JSON.stringify(value)}`);

describe('a pattern of a Zendesk field means what it means in Ruby', () => {
  test('no value that Ruby accepts is refused', () => {
    const wrong = readCases.flatMap(({ pattern, accepts, ruby }) =>
      describeAll(
        pattern,
        accepts.filter((value) => refuses(ruby, value)),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('every other value is refused, except where the rules of case differ: there Zendesk decides', () => {
    const wrong = readCases.flatMap(({ pattern, values, accepts, ruby }) =>
      values
        .filter((value) => !accepts.includes(value) && !refuses(ruby, value))
        .map((value) => ({ pattern, value, ignoresCase: pattern.includes('(?i') })),
    );
    // Each of these pairs is one letter elsewhere, such as ß.
    const isPlain = (value: string): boolean => /^\p{ASCII}*$/u.test(value) && !/ss|st|ff|fi|fl/i.test(value);
    expect(wrong.filter(({ ignoresCase }) => !ignoresCase)).toEqual([]);
    expect(wrong.filter(({ value }) => isPlain(value))).toEqual([]);
  });

  test('patterns that the library reads differently, or not at all, are not evaluated', () => {
    const unread = cases.filter(({ pattern }) => readRubyRegexp(pattern) === undefined);
    expect(unread.map(({ pattern }) => pattern)).toEqual([
      '\\A\\X{6}\\z',
      '(?a)\\A[[:alpha:]]\\z',
      '(?u)\\A\\w\\z',
      '(?d)\\A\\w\\z',
      '\\A(?a:\\p{Digit})+\\z',
      '\\A(?u:\\d)+\\z',
      '\\A\\p{In_Basic_Latin}\\z',
      '\\A\\p{InBasicLatin}\\z',
      '\\Gabc',
      'a(?i)b|C',
      '\\Aa{2}?\\z',
      '^*',
      '\\A*a',
      '\\b+',
      '(?=a)*b',
      '\\A(?<n>a)|(?<n>b)\\z',
      '\\A(?:(?<n>a)|(?<n>b))\\k<n>\\z',
      '\\1(a)',
      '(?<=a(?<!b))b',
      '\\A(?<p>\\((?:\\g<p>)*\\))\\z',
      '\\A(?<p>|.|(?:(?<c>.)\\g<p>\\k<c+0>))\\z',
      '\\A(a|b\\g<1>)\\z',
      '\\A\\g<n>(?<n>a|b)\\z',
      '\\A(a|b)\\g<1>\\z',
      'a\\g<0>?b',
      '\\A(a)?(?(1)b|x)',
      '\\A(?<n>a)?(?(<n>)b|x)',
      '(?~ab)',
      '\\A(?~bb)\\z',
    ]);
  });

  test.each(characters.sets)('$pattern holds the same characters', ({ pattern, holds }) => {
    const regexp = readRubyRegexp(String.raw`\A${pattern}\z`)?.regexp;
    expect([...characters.characters].filter((character) => regexp?.test(character) === true)).toEqual([...holds]);
  });
});

describe('the sandbox validates fields as Ruby does', () => {
  const differing = (isWrong: (one: Case, value: string) => boolean): readonly string[] =>
    cases.filter((one) => one.values.some((value) => isWrong(one, value))).map(({ pattern }) => pattern);

  test('it refuses nothing that Ruby accepts, except where Oniguruma differs from Ruby', () => {
    expect(
      differing(({ pattern, accepts }, value) => accepts.includes(value) && !matchesRubyPattern(pattern, value)),
    ).toEqual([
      '\\Aa{2}?\\z',
      '\\A(?:(?<n>a)|(?<n>b))\\k<n>\\z',
      '(?i)\\A\\W\\z',
      '(?i)\\A[^\\w]\\z',
      '(?i)\\A[[:alpha:]]\\z',
      '(?i)\\A[[:upper:]]\\z',
      '(?i)\\A\\p{Lu}\\z',
      '(?i)\\A\\p{Ll}\\z',
      '(?i)\\A[[:lower:]]\\z',
      '(?i)\\Aß\\z',
      '(?i)\\A[ß]\\z',
      '(?i)\\Ass\\z',
      '(?i)\\Afi\\z',
      '(?i)\\Aﬁ\\z',
      '(?i)\\Astraße\\z',
      '(?i)\\Astrasse\\z',
    ]);
  });

  test('it accepts nothing that Ruby refuses, except for patterns that the library cannot translate', () => {
    expect(
      differing(({ pattern, accepts }, value) => !accepts.includes(value) && matchesRubyPattern(pattern, value)),
    ).toEqual([
      '(?i)\\A[[:lower:]]+\\z',
      '(?i)\\A\\p{Lower}+\\z',
      '\\A[[:punct:]]\\z',
      '\\A\\N\\z',
      '\\A\\O\\z',
      '\\A\\u{85}\\z',
      '\\A\\u{41 61}\\z',
      '(?a)\\A[[:alpha:]]\\z',
      '(?u)\\A\\w\\z',
      '(?d)\\A\\w\\z',
      '\\A(?a:\\p{Digit})+\\z',
      '\\A(?u:\\d)+\\z',
      '\\A\\p{In_Basic_Latin}\\z',
      '\\A\\p{InBasicLatin}\\z',
      'a(?i)b|C',
      '\\A*a',
      '\\b+',
      '(?=a)*b',
      '\\1(a)',
      '(?<=a(?<!b))b',
      '\\A(?<p>|.|(?:(?<c>.)\\g<p>\\k<c+0>))\\z',
      '\\A(a)?(?(1)b|x)',
      '\\A(?<n>a)?(?(<n>)b|x)',
      '\\y',
      '(?i)\\A\\w\\z',
      '(?i)\\A[\\w]\\z',
      '(?i)\\A[[:upper:]]\\z',
      '(?i)\\A\\p{Lu}\\z',
      '(?i)\\A\\p{Ll}\\z',
      '(?i)\\A[[:lower:]]\\z',
    ]);
  });
});
