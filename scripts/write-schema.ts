import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { wholeConfigSchema } from '../src/cli/config-schema.ts';

const path = new URL('../rolodesk.schema.json', import.meta.url);
const schema = z.toJSONSchema(wholeConfigSchema(), { io: 'input', unrepresentable: 'any' });
const text = `${JSON.stringify({ $id: 'rolodesk.schema.json', title: 'rolodesk.yaml', ...schema }, null, 2)}\n`;

if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (readFileSync(path, 'utf8') !== text) {
  process.stderr.write('rolodesk.schema.json is stale: run npm run schema\n');
  process.exitCode = 1;
}
