import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readSettings } from '../../src/app/settings.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { mappingSchema } from '../../src/mappers/mapping.ts';
import { sandboxEnv } from './example.ts';
import { root, textOfPage } from './pages.ts';

const page = textOfPage('docs/mapping.md');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
const [whole = '', ...parts] = blocks('yaml');

async function load(file: string, text: string) {
  const cwd = mkdtempSync(join(tmpdir(), 'rolodesk-docs-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, file), text);
  const env = { ...sandboxEnv, ZENDESK_TOKEN: 'a token' };
  return await readSettings({ asked: undefined, host: { env, cwd, redactor: createRedactor([]) } });
}

test('the whole configuration is one', async () => {
  expect((await load('rolodesk.yaml', whole)).mapping.time_zone).toEqual({ const: 'Europe/Berlin' });
});

test.each(parts)('a part of one, next to its source and destination: %#', async (block) => {
  const { source, destination } = parse(whole);
  const { path } = await load('rolodesk.yaml', stringify({ source, destination, ...parse(block) }));
  expect(path).toContain('rolodesk.yaml');
});

test('the configuration in code is one, and its function maps', async () => {
  const own = resolve(root, 'src/app/define-config.ts');
  const [block = ''] = blocks('ts');
  const { custom } = await load('rolodesk.config.ts', block.replace("from 'rolodesk'", `from '${own}'`));
  const record = (DisplayName: string) => ({ key: '1', state: 'active', data: { DisplayName } }) as const;
  expect(custom?.map(record('Test A'), {})).toEqual({ skip: 'test-customer' });
  expect(custom?.map(record('A'), { name: 'A' })).toEqual({ name: 'A', tags: ['by-code'], notes: 'Balance: 0' });
});

test('every field of the mapping is documented', () => {
  const reported = page.slice(page.indexOf('## Fields'), page.indexOf('## Custom fields'));
  expect(Object.keys(mappingSchema.shape).filter((field) => !reported.includes(`\`${field}\``))).toEqual([]);
});
