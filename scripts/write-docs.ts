import { mkdirSync, writeFileSync } from 'node:fs';
import { references } from './reference/all.ts';

/** Writes the references that are made from the source. A test fails when one is stale. */
for (const { path, make } of references) {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, make());
}
