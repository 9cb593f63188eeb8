import { mkdirSync, writeFileSync } from 'node:fs';
import { references } from './reference/all.ts';

/** Writes the references that are made from the source. A test fails when one is stale. */
mkdirSync(new URL('../docs/reference', import.meta.url), { recursive: true });
for (const { path, make } of references) writeFileSync(new URL(`../${path}`, import.meta.url), make());
