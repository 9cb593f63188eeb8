import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coerceFieldValue } from '../../../src/connectors/zendesk/fields/coerce-value.ts';
import { mergeFieldTags } from '../../../src/connectors/zendesk/fields/definitions.ts';
import { createFieldCoercer } from '../../../src/connectors/zendesk/fields/field-coercer.ts';
import { readRubyRegexp } from '../../../src/connectors/zendesk/fields/ruby-regexp.ts';
import { isSameTimeZone, zendeskTimeZone } from '../../../src/connectors/zendesk/fields/time-zones/time-zone.ts';
import { windowsZones } from '../../../src/connectors/zendesk/fields/time-zones/windows-zones.ts';
import { zendeskZones } from '../../../src/connectors/zendesk/fields/time-zones/zendesk-zones.ts';
import type { CustomField } from '../../../src/core/domain/field-schema.ts';
import type { Json } from '../../../src/core/domain/json.ts';

const levels = [
  { value: 'gold', label: 'Gold' },
  { value: 'silver_plus', label: 'Silver, plus' },
  { value: 'plan_a', label: 'Basic' },
  { value: 'plan_b', label: 'Basic' },
];
const field = (type: string, more: Partial<CustomField> = {}): CustomField => ({
  key: 'x',
  type,
  isActive: true,
  ...more,
});
const level = field('dropdown', { options: levels });
const sku = field('regexp', { regexp: String.raw`\A[A-Z]{3}-\d+\z` });

describe('a value becomes what the field takes', () => {
  const cases: [CustomField, Json, Json][] = [
    [field('text'), 12.5, '12.5'],
    [field('textarea'), 'a\nb', 'a\nb'],
    [field('text'), ['a', 'b'], 'a, b'],
    [field('checkbox'), 'Yes', true],
    [field('checkbox'), 0, false],
    [field('integer'), ' +42 ', 42],
    [field('integer'), '7.00', 7],
    [field('decimal'), '-1234.50', -1234.5],
    [field('decimal'), 0, 0],
    [field('decimal'), '00000000000012.5', 12.5],
    [field('date'), '2024-02-29', '2024-02-29'],
    [field('date'), '2026-03-01T23:30:00-08:00', '2026-03-01'],
    [level, 'gold', 'gold'],
    [level, 'Gold', 'gold'],
    [level, '  GOLD ', 'gold'],
    [level, 'Silver, plus', 'silver_plus'],
    [field('multiselect', { options: levels }), 'Gold; Silver, plus', ['gold', 'silver_plus']],
    [field('multiselect', { options: levels }), 'gold,plan_a,gold', ['gold', 'plan_a']],
    [field('multiselect', { options: levels }), ['Silver, plus', 'Gold'], ['gold', 'silver_plus']],
    [sku, 'ABC-12', 'ABC-12'],
    [field('lookup', { target: 'zen:user' }), 361, '361'],
    [field('lookup', { target: 'zen:custom_object:car' }), '01HX3Z', '01HX3Z'],
    [field('a type of the future'), { a: 1 }, { a: 1 }],
  ];
  test.each(cases)('%j: %j', (definition, value, expected) => {
    expect(coerceFieldValue(definition, value)).toEqual({ kind: 'fits', value: expected });
  });
});

describe('what does not fit is refused with what is allowed, and without the value', () => {
  const cases: [CustomField, Json, RegExp][] = [
    [field('text'), { a: 1 }, /expected text/],
    [field('checkbox'), 'perhaps', /true, false, yes, no/],
    [field('integer'), '12.5', /whole number/],
    [field('integer'), '9007199254740993', /to 9007199254740991/],
    [field('decimal'), '123456789012', /12 digits. Allowed: at most 11/],
    [field('decimal'), '1234567890.12', /12 digits/],
    [field('decimal'), '1,234', /with a point/],
    [field('decimal'), 'much', /not a number/],
    [field('date'), '2026-02-30', /YYYY-MM-DD/],
    [field('date'), '01.03.2026', /YYYY-MM-DD/],
    [field('date'), 'soon', /YYYY-MM-DD/],
    [level, 'Platinum', /Allowed: gold \(Gold\), silver_plus \(Silver, plus\)/],
    [level, 'Basic', /several options are called so.*plan_a \(Basic\), plan_b \(Basic\)/],
    [field('multiselect', { options: levels }), 'Gold, Tin', /not one of the options/],
    [sku, 'ABC-12\nx', /\\A\[A-Z\]\{3\}-\\d\+\\z/],
    [field('lookup', { target: 'zen:user' }), 'Anna', /digits of the id/],
  ];
  test.each(cases)('%j: %j', (definition, value, why) => {
    const coerced = coerceFieldValue(definition, value);
    expect(coerced).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) });
    if (typeof value === 'string' && coerced.kind === 'refused' && value.length > 5)
      expect(coerced.why).not.toContain(value);
  });

  test('a long list of options is cut short', () => {
    const options = Array.from({ length: 40 }, (_, index) => ({ value: `v${index}`, label: `v${index}` }));
    expect(coerceFieldValue(field('dropdown', { options }), 'x')).toMatchObject({
      why: expect.stringMatching(/v11 and 28 more/),
    });
  });
});

test('whatever a field is given, it comes to an answer, and what fits fits again', () => {
  const types = fc.constantFrom('text', 'checkbox', 'integer', 'decimal', 'date', 'dropdown', 'multiselect', 'lookup');
  fc.assert(
    fc.property(types, fc.jsonValue(), (type, value) => {
      const definition = field(type, { options: levels });
      // fast-check's JSON is ours.
      const once = coerceFieldValue(definition, value as Json);
      if (once.kind === 'fits') expect(coerceFieldValue(definition, once.value)).toEqual(once);
    }),
  );
});

// What patterns mean is compared with Ruby's own answers in test/oracles.
describe('patterns of Ruby', () => {
  const coerce = (regexp: string, value: string) => coerceFieldValue(field('regexp', { regexp }), value);
  const unchecked = (value: string, why: string) => ({
    kind: 'fits',
    value,
    unchecked: expect.stringContaining(`${why}. Zendesk decides.`),
  });

  test('a letter is one of any alphabet', () => {
    expect(coerce(String.raw`\A[[:alpha:]]+\z`, 'Müller')).toEqual({ kind: 'fits', value: 'Müller' });
    expect(coerce(String.raw`\A[[:alpha:]]+\z`, 'R2D2')).toMatchObject({ kind: 'refused' });
    expect(coerce(String.raw`\A\w+\z`, 'Müller')).toMatchObject({ kind: 'refused' });
  });

  test.each([
    ['is not Ruby', '['],
    ['has a condition', String.raw`\A(a)?(?(1)b|c)\z`],
    [
      'doubles with each of its groups',
      `(?<a0>a)${[...Array(30).keys()].map((n) => `(?<a${n + 1}>\\g<a${n}>\\g<a${n}>)`).join('')}`,
    ],
    ['is nested too deeply', `${'('.repeat(20_000)}a${')'.repeat(20_000)}`],
    ['is very long', 'a|'.repeat(20_000)],
  ])('a pattern that %s is not evaluated: Zendesk decides', (_, pattern) => {
    expect(readRubyRegexp(pattern)).toBeUndefined();
    expect(coerce(pattern, 'zzz')).toEqual(unchecked('zzz', "cannot evaluate the field's pattern"));
  });

  test('whatever a pattern is, it is evaluated or it is not: nothing throws', () => {
    const part = fc.constantFrom(
      ...[
        '\\A',
        '\\z',
        '[',
        '[^',
        ']',
        '[[:alpha:]]',
        '(?:',
        '(?<n>',
        '(',
        ')',
        '(?i)',
        '(?x)',
        '(?>',
        '(?<=',
        '(?!',
        '(?#',
      ],
      ...[
        '|',
        '*',
        '+',
        '?',
        '{2}',
        '{1,2}',
        '{,3}',
        'a',
        'ß',
        '\\w',
        '\\p{L}',
        '\\1',
        '\\k<n>',
        '\\u{61}',
        '\\',
        '&&',
        '-',
        '\ud800',
      ],
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        expect(coerce(parts.join(''), 'aß').kind).toMatch(/^(fits|refused)$/);
      }),
    );
  });

  test('where Ruby takes ß for ss, Zendesk decides', () => {
    const regexp = String.raw`(?i)\Astrasse\z`;
    expect(coerce(regexp, 'straße')).toEqual(unchecked('straße', 'rules of case'));
    expect(coerce(regexp, 'weg')).toMatchObject({ kind: 'refused' });
  });

  test.each([
    ['(a+)+', '(a+)+'],
    ['alternatives', '(a|aa)+'],
    ['bounds', '(a{0,30}){0,30}'],
    ['three levels', '((a*)*)*'],
    ['a long text', 'a*a*a*a*a*'],
  ])('a pattern that would take years on one value (%s) leaves it to Zendesk', (_, inner) => {
    const text = `${'a'.repeat(inner.startsWith('a*') ? 5_000 : 60)}b`;
    const regexp = String.raw`\A${inner}\z`;
    expect(coerce(regexp, text)).toEqual(unchecked(text, 'takes too long to try'));
    expect(coerce(regexp, 'x')).toEqual(unchecked('x', 'takes too long to try'));
  });

  test('a pattern of many parts is still held against values', () => {
    const regexp = String.raw`\A(?:[A-Z]+-)*[0-9]+\z`;
    expect(coerce(regexp, 'AB-CD-12')).toEqual({ kind: 'fits', value: 'AB-CD-12' });
    expect(coerce(regexp, 'AB-CD-x')).toMatchObject({ kind: 'refused' });
  });
});

describe('time zones', () => {
  test.each([
    ['Copenhagen', 'Copenhagen'],
    ['eastern time (us & canada)', 'Eastern Time (US & Canada)'],
    ['America/New_York', 'Eastern Time (US & Canada)'],
    ['America/Toronto', 'Eastern Time (US & Canada)'],
    ['Europe/Oslo', 'Berlin'],
    ['Europe/Kyiv', 'Kyiv'],
    ['Asia/Calcutta', 'New Delhi'],
    ['America/Phoenix', 'Arizona'],
    ['W. Europe Standard Time', 'Berlin'],
    ['GMT Standard Time', 'London'],
    ['Pacific Standard Time', 'Pacific Time (US & Canada)'],
    ['US Mountain Standard Time', 'Arizona'],
    ['AUS Eastern Standard Time', 'Sydney'],
    ['Mars/Olympus', undefined],
    // Half an hour of summer time: no zone of Zendesk's has that clock.
    ['Australia/Lord_Howe', undefined],
  ])('%s is %s', (name, expected) => {
    expect(zendeskTimeZone(name)).toBe(expected);
  });

  test('every zone of the tables is one that this platform knows', () => {
    const unknown = [...zendeskZones.values(), ...windowsZones.values()].filter((zone) => {
      try {
        return new Intl.DateTimeFormat('en', { timeZone: zone }) === undefined;
      } catch {
        return true;
      }
    });
    expect(unknown).toEqual([]);
  });

  test('Zendesk may show a zone by its IANA name', () => {
    expect(isSameTimeZone('Eastern Time (US & Canada)', 'America/New_York')).toBe(true);
    expect(isSameTimeZone('Mexico City', 'Guadalajara')).toBe(true);
    expect(isSameTimeZone('Arizona', 'America/Denver')).toBe(false);
  });
});

describe('locales, photos and tags', () => {
  const coercer = createFieldCoercer({ fields: [level], locales: ['en-US', 'de', 'pt-br'] });
  test.each([
    ['locale', 'en_us', 'en-US'],
    ['locale', 'pt-BR', 'pt-br'],
    ['locale', 'de-AT', 'de'],
    ['remote_photo_url', 'https://example.com/a.png', 'https://example.com/a.png'],
    ['tags', 'vip', 'vip'],
    ['notes', 'anything', 'anything'],
  ])('%s %s becomes %s', (target, value, expected) => {
    expect(coercer.coerce(target, value)).toEqual({ kind: 'fits', value: expected });
  });

  test.each([
    ['locale', 'fr', /It has: en-US, de, pt-br/],
    ['locale', 'not a locale', /such as en-US/],
    ['time_zone', 'nowhere', /time zone/],
    ['remote_photo_url', 'javascript:alert(1)', /http/],
    ['tags', 'gold', /custom field/],
  ])('%s %s is left out: the user is worth more', (target, value, why) => {
    expect(coercer.coerce(target, value)).toMatchObject({ kind: 'omitted', why: expect.stringMatching(why) });
  });
});

test('before Zendesk was asked, declared fields are checked by their declaration, and others not at all', () => {
  const coercer = createFieldCoercer(undefined, { fields: [level] });
  expect(coercer.coerce('user_fields.x', 'Platinum')).toMatchObject({ kind: 'refused' });
  expect(coercer.coerce('user_fields.y', 'Platinum')).toEqual({ kind: 'fits', value: 'Platinum' });
  expect(coercer.missingFieldReason('user_fields.y')).toBeUndefined();
});

test('a field that Zendesk lacks is named with the one that was meant, or with how to make it', () => {
  const known = createFieldCoercer(
    { fields: [{ ...level, key: 'member_level' }] },
    { fields: [{ ...level, key: 'plan' }] },
  );
  expect(known.missingFieldReason('user_fields.member_lvel')).toContain('Did you mean "member_level"?');
  expect(known.missingFieldReason('user_fields.plan')).toContain('apply the fields');
  expect(known.missingFieldReason('user_fields.member_level')).toBeUndefined();
});

test('tags that are written next to custom fields say what the new values say', () => {
  const box = field('checkbox', { key: 'vip', tag: 'is_vip' });
  const fields = [level, box];
  expect(mergeFieldTags(['gold', 'hand', 'is_vip'], { 'user_fields.x': 'plan_a' }, fields)).toEqual([
    'hand',
    'is_vip',
    'plan_a',
  ]);
  expect(mergeFieldTags(['gold', 'is_vip'], { 'user_fields.vip': false, 'user_fields.x': null }, fields)).toEqual([]);
  expect(mergeFieldTags(['hand'], { 'user_fields.vip': true }, fields)).toEqual(['hand', 'is_vip']);
  expect(mergeFieldTags(['gold'], { notes: 'x' }, fields)).toEqual(['gold']);
});
