import { readFileSync, writeFileSync } from 'node:fs';
import { editorSchema } from '../src/app/editor-schema.ts';

const path = new URL('../rolodesk.schema.json', import.meta.url);
const text = `${JSON.stringify(editorSchema(), null, 2)}\n`;

if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (readFileSync(path, 'utf8') !== text) {
  process.stderr.write('rolodesk.schema.json is stale: run npm run schema\n');
  process.exitCode = 1;
}
