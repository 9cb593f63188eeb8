import { describe, expect, test } from 'vitest';
import { createLiquid } from '../../src/mappers/liquid/liquid.ts';
import {
  condition,
  conditionalRule,
  constantRule,
  lookupRule,
  pathRule,
  templateRule,
  transformRule,
} from '../../src/mappers/rules.ts';

const liquid = createLiquid({ country: 'US' });
const rendered = (template: string): string => liquid.parseAndRenderSync(template);

test.each([
  ['{{ "(650) 555-4000" | phone }}', '+16505554000'],
  ['{{ "030 123456" | phone: "DE" }}', '+4930123456'],
  ['{{ "030 123456" | phone: "Germany" }}', '+4930123456'],
  ['{{ "call the office" | phone }}', ''],
  ['{{ "Anna@Example.com; b@example.com" | email }}', 'anna@example.com'],
  ['{{ "not.an.address" | email }}', ''],
  ['{{ "Größe XL – Été" | slug }}', 'grosse_xl_ete'],
  ['{{ "Gold Member" | slug: "-" }}', 'gold-member'],
  ['{{ "ゴールド 会員" | slug }}', 'ゴールド_会員'],
  ['{{ "United States of America" | country }}', 'US'],
  ['{{ "Österreich" | country }}', 'AT'],
  ['{{ "DEU" | country }}', 'DE'],
  ['{{ "uk" | country: "name" }}', 'United Kingdom'],
  ['{{ "Japan" | country: "alpha3" }}', 'JPN'],
  ['{{ "Narnia" | country }}', ''],
])('%s gives %s', (template, expected) => {
  expect(rendered(template)).toBe(expected);
});

test.each([
  ['a loop over a billion numbers', '{% for i in (1..1000000000) %}{{ i }}{% endfor %}'],
  ['a loop within a loop', '{% for i in (1..100000) %}{% for j in (1..100000) %}{% endfor %}{% endfor %}'],
  ['a text that doubles', `{% assign a = "0123456789" %}${'{% assign a = a | append: a %}'.repeat(30)}{{ a | size }}`],
  ['a template of two million letters', '{{ "a" }}'.repeat(250_000)],
])('%s is a failure of that record, in bounded time and memory', (_, template) => {
  expect(() => templateRule(template, liquid).value({})).toThrow(/limit/);
});

test('a letter with a hundred thousand accents is read once', () => {
  expect(liquid.parseAndRenderSync('{{ text | slug }}', { text: `e${'\u0301'.repeat(100_000)}` })).toBe('e');
});

describe('date', () => {
  test.each([
    ['"2026-03-01T23:30:00-08:00"', '', '2026-03-01'],
    ['"2026-03-01T00:30:00+14:00"', '', '2026-03-01'],
    ['"2026-3-1"', '', '2026-03-01'],
    ['"20260301"', '', '2026-03-01'],
    ['"31.12.2025"', '', '2025-12-31'],
    ['"3/4/2026"', ': "", "mdy"', '2026-03-04'],
    ['"3/4/2026"', ': "", "dmy"', '2026-04-03'],
    ['"2026-03-01"', ': "%d %B %Y"', '01 March 2026'],
    // 2026-01-01T00:00:00Z
    ['1767225600', '', '2026-01-01'],
    ['1767225600000', '', '2026-01-01'],
  ])('%s, with%s: %s', (value, how, expected) => {
    expect(rendered(`{{ ${value} | date${how} }}`)).toBe(expected);
  });

  test.each(['3/4/2026', '2026-02-30', 'soon', 'now', 'today'])(
    '%s is no date, and comes out as it went in',
    (text) => {
      expect(rendered(`{{ "${text}" | date }}`)).toBe(text);
    },
  );
});

test.each(['{{ a | sample }}', '{{ a | shout }}', '{{ a | date_to_string }}'])(
  '%s is refused: unknown, or not the same for the same record',
  (template) => {
    expect(() => templateRule(template)).toThrow(/undefined filter/);
  },
);

test('a template reads no files', () => {
  expect(() => rendered('{% include "/etc/hostname" %}')).toThrow(/ENOENT/);
});

describe('transform', () => {
  test('keeps the type where a filter does', () => {
    expect(transformRule(pathRule('Balance'), 'times: 2 | round: 1').value({ Balance: 1.26 })).toBe(2.5);
    expect(transformRule(pathRule('Level'), 'slug | upcase').value({ Level: 'très bon' })).toBe('TRES_BON');
    expect(transformRule(pathRule('List'), 'split: ","').value({ List: 'a,b' })).toEqual(['a', 'b']);
  });

  test('may read other fields, and does nothing to nothing', () => {
    const rule = transformRule(pathRule('City'), 'append: ", " | append: State');
    expect(rule.value({ City: 'Tucson', State: 'AZ' })).toBe('Tucson, AZ');
    expect(rule.value({ State: 'AZ' })).toBeUndefined();
    expect(rule.paths).toEqual([['City'], ['State']]);
  });

  test.each(['shout', 'slug |', '}} {{ Notes', 'slug }}'])('"%s" is no chain of filters', (chain) => {
    expect(() => transformRule(pathRule('a'), chain)).toThrow();
  });
});

describe('conditions', () => {
  test.each([
    ['Balance > 0 and Job != true', { Balance: 1 }, true],
    ['Balance > 0 and Job != true', { Balance: 1, Job: true }, false],
    ['not Job', { Job: false }, true],
    ['Tags contains "vip"', { Tags: ['vip'] }, true],
    ['Notes == blank', { Notes: '' }, true],
  ])('%s on %j: %s', (text, scope, expected) => {
    expect(condition(text).holds(scope)).toBe(expected);
  });

  test.each(['Balance >', 'Balance = 0', 'Balance > 0 Job', 'and Job', '', 'Notes | size > 1'])(
    '"%s" is refused: Liquid would answer something',
    (text) => {
      expect(() => condition(text)).toThrow();
    },
  );

  test('a field whose condition does not hold is absent, whatever its default', () => {
    const rule = conditionalRule(lookupRule(pathRule('Type'), undefined, 'bronze'), 'Balance > 0');
    expect(rule.value({ Balance: 1 })).toBe('bronze');
    expect(rule.value({ Balance: 0, Type: 'gold' })).toBeUndefined();
    expect(conditionalRule(constantRule('x'), 'A').value({ A: true })).toBe('x');
  });
});

test('a lookup holds what stands in it, and nothing that every object has', () => {
  const rule = lookupRule(pathRule('Type'), { Gold: 'gold' }, undefined);
  expect(rule.value({ Type: 'Gold' })).toBe('gold');
  expect(rule.value({ Type: 'constructor' })).toBeUndefined();
});
