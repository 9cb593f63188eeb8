import { expect, test } from 'vitest';
import { createLiquid } from '../../src/mappers/liquid/liquid.ts';
import { condition } from '../../src/mappers/rules.ts';
import original from './liquid.json' with { type: 'json' };

const liquid = createLiquid();

/** Each with what Rolodesk does; the rest of docs/mapping.md is as in the original. */
const knownTemplates: Readonly<Record<string, string | undefined>> = {
  // JavaScript does not tell 7 from 7.0. Amounts in cents would lose their decimals.
  '{{ count | divided_by: 2 }}': '1.5',
  '{{ text_number | divided_by: 2 }}': '3.5',
  '{{ negative | divided_by: 2 }}': '-3.5',
  '{{ big | divided_by: 2 }}': '4503599627370495.5',
  '{{ 7 | divided_by: 2 }}': '3.5',
  '{{ -7 | divided_by: 2 }}': '-3.5',
  '{{ "7" | divided_by: "2" }}': '3.5',
  // Numbers without an exponent.
  '{{ big | times: 1.5 }}': '13510798882111486',
  '{{ big | plus: 0.2 }}': '9007199254740991',
  '{{ 0.00001 }}': '0.00001',
  // A failure of the record, as with whole numbers.
  '{{ 1.0 | divided_by: 0 }}': undefined,
  '{{ "3 apples" | plus: 1 }}': '1',
  '{{ (1..3) }}': '123',
  '{{ emoji | size }}': '4',
  // The filters take no property.
  '{{ people | uniq: "age" | map: "name" | join: "," }}': 'Bo,al,Cy',
  '{{ people | compact: "active" | map: "name" | join: "," }}': 'Bo,al,Cy',
  '{{ }}': undefined,
  '{{ 1e3 }}': '',
  '{{ name | upcase: }}': 'ANNA MÜLLER',
  '{{ name | truncate: "x" }}': '...',
  // Of the formats of dates, these are Ruby's alone, and %q (the ending of 1st) is liquidjs' alone.
  ...Object.fromEntries(
    ['date', 'time'].flatMap((field) =>
      [
        ['%V', '%V'],
        ['%G', '%G'],
        ['%q', 'st'],
      ].map(([format, result]) => [`{{ ${field} | date: "${format}" }}`, result]),
    ),
  ),
};

/** Undefined where the template fails. */
function rendered(template: string): string | undefined {
  try {
    return String(liquid.parseAndRenderSync(template, original.scope));
  } catch {
    return undefined;
  }
}

/** JavaScript writes 25.0 as 25. */
const withoutZero = (text: string | undefined): string | undefined => text?.replace(/^(-?\d+)\.0$/, '$1');

test('templates render what the original Liquid renders, except for known differences', () => {
  const different = original.templates.flatMap(({ template, renders }) => {
    const result = rendered(template);
    return withoutZero(result) === withoutZero(renders) ? [] : [[template, result]];
  });
  expect(Object.fromEntries(different)).toEqual(knownTemplates);
});

test('conditions hold where they hold in the original, except for known differences', () => {
  const different = original.conditions.flatMap(({ condition: text, holds }) =>
    holds === undefined || condition(text, liquid).holds(original.scope) === holds ? [] : [text],
  );
  // `nil` itself, and the names of an object.
  expect(different).toEqual(['nil == blank', 'nil != blank', 'address contains "city"']);
});

test('where the original refuses to compare, a text is compared as the number that it contains', () => {
  const held = original.conditions.filter(
    ({ condition: text, holds }) => holds === undefined && condition(text, liquid).holds(original.scope),
  );
  expect(held.map((one) => one.condition)).toEqual([
    'text_number > zero',
    'text_number > count',
    'text_number > 3',
    'text_number > 3.0',
    '"3" > zero',
    'text_number > 6',
  ]);
});
