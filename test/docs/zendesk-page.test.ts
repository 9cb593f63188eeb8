import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, textOfPage } from './pages.ts';

const folder = 'src/connectors/zendesk';
const page = textOfPage(`${folder}/README.md`);

test('the page on how a user is written names files that are there, and fits in 60 lines', () => {
  const named = [...page.matchAll(/`([a-z/-]+(?:\.ts|\/))`/g)].map(([, path = '']) => path);
  expect(named.filter((path) => !existsSync(join(root, folder, path)))).toEqual([]);
  expect(named.length).toBeGreaterThan(20);
  expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  expect(page.split('\n').filter((line) => line.length > 400)).toEqual([]);
});
