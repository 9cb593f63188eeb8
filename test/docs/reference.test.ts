import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { references } from '../../scripts/reference/all.ts';

const root = resolve(import.meta.dirname, '../..');

test.each(references)('$path is what the source says (npm run docs writes it)', ({ path, make }) => {
  expect(readFileSync(resolve(root, path), 'utf8')).toBe(make());
});
