import fc from 'fast-check';

/** What people put into cells. */
export type Value = string | number | boolean | Date | null;
export type Table = readonly (readonly Value[])[];

/** Texts that programs write in ways of their own. */
const oddTexts = [
  ' leading and trailing ',
  'two\nlines',
  'two\r\nlines',
  'a\ttab',
  'O\'Brien & <Sons> "Ltd"',
  '_x000D_',
  '_x005F_x0041_',
  '=1+1',
  '+15550100',
  '02134',
  '1.5',
  'TRUE',
  '2024-01-31',
  '山田太郎',
  'מרים',
  'e\u0301',
  '👩‍👩‍👧',
  '\u00a0',
];

const firstDay = Date.UTC(1950, 0, 1) / 1000;
const lastDay = Date.UTC(2099, 11, 31) / 1000;

const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }) },
  { weight: 2, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 2, arbitrary: fc.integer() },
  {
    weight: 1,
    arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
  },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.integer({ min: firstDay, max: lastDay }).map((seconds) => new Date(seconds * 1000)) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const table: fc.Arbitrary<Table> = fc
  .integer({ min: 1, max: 30 })
  .chain((width) => fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 60 }));

/** Tables that are the same for the same seed. */
export function tablesOf({ count, seed }: { readonly count: number; readonly seed: number }): readonly Table[] {
  return fc.sample(table, { numRuns: count, seed });
}
