import { expect, test } from 'vitest';
import { createRecordReader } from '../../../src/core/records/record-reader.ts';

function reading() {
  const warnings: string[] = [];
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const reader = createRecordReader({ key: 'id' }, { warn: ({ message }) => warnings.push(message), log });
  return { reader, warnings };
}

test('rows without a key are counted over all pages, and the first ones are named', () => {
  const { reader, warnings } = reading();
  reader.read([{ id: 1 }, {}, { id: 2 }]);
  reader.read([{ id: null }, { id: ' ' }, 'text', {}, {}, {}, { id: 3 }]);
  expect(warnings).toEqual([]);
  expect(reader.end()).toBe(false);
  expect(warnings).toEqual([
    'Rows without id were left out: 7 of 10 (row 2, row 4, row 5, row 6, row 7 and 2 more). Correct them, or check source.key.',
  ]);
});

test('a row without a key is named by where it stands, where the source knows that', () => {
  const { reader, warnings } = reading();
  reader.read([{ id: 1 }, {}], (index) => `line ${index + 7}`);
  reader.end();
  expect(warnings).toEqual(['Rows without id were left out: 1 of 2 (line 8). Correct them, or check source.key.']);
});
