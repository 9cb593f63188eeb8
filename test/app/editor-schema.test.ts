import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { getLanguageService } from 'yaml-language-server';
import { editorSchema } from '../../src/app/editor-schema.ts';
import { sandboxConfig } from '../../src/sandbox/index.ts';
import { configurationsIn } from '../kit/yaml-blocks.ts';

/** What an editor shows while a configuration is written: the language server itself is asked. */

const root = resolve(import.meta.dirname, '../..');
const url = 'http://127.0.0.1:1';

const service = getLanguageService({
  schemaRequestService: () => Promise.reject(new Error('Nothing is loaded from elsewhere.')),
  workspaceContext: { resolveRelativePath: (path) => path },
});
service.configure({
  validate: true,
  schemas: [{ uri: 'file:///rolodesk.schema.json', fileMatch: ['*'], schema: editorSchema() }],
});

let files = 0;

async function validateConfig(text: string): Promise<string[]> {
  // The schema of this very source, not the one that lies somewhere.
  const own = text.replaceAll(/^# yaml-language-server:.*$/gm, '#');
  // It remembers what it has read by name.
  files += 1;
  const found = await service.doValidation(TextDocument.create(`file:///${files}.yaml`, 'yaml', 1, own), false);
  return found.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}

const examples = globSync(['examples/**/*.yaml', 'templates/**/*.yaml', 'src/connectors/*/example.yaml'], {
  cwd: root,
});

test.each(examples)('an editor finds nothing wrong with %s', async (file) => {
  expect(await validateConfig(readFileSync(join(root, file), 'utf8'))).toEqual([]);
});

const pages = globSync(['README.md', 'docs/**/*.md'], { cwd: root })
  .map((file) => ({ file, blocks: configurationsIn(readFileSync(join(root, file), 'utf8')) }))
  .filter(({ blocks }) => blocks.length > 0);

test.each(pages)('nor with the configurations in $file', async ({ blocks }) => {
  for (const block of blocks) expect(await validateConfig(block)).toEqual([]);
});

test('nor with the one that the sandbox writes', async () => {
  expect(await validateConfig(sandboxConfig({ quickbooksUrl: url, zendeskUrl: url }))).toEqual([]);
});

const variable = (name: string): string => `\${${name}}`;
const page = (realmId: string, environment: string): string => `source:
  connector: quickbooks
  environment: ${environment}
  realmId: ${realmId}
  clientId: a
  clientSecret: \${SECRET}
destination:
  connector: zendesk
  subdomain: \${NAME}
  auth: { type: api_token, email: "\${EMAIL}", token: "\${TOKEN}" }
`;

test('a variable may stand where a text has a certain form, and what is neither is found', async () => {
  expect(await validateConfig(page(variable('REALM'), variable('QBO_ENVIRONMENT')))).toEqual([]);
  expect(await validateConfig(page('"12a"', 'sandbox'))).toEqual([expect.stringContaining('line 4')]);
  expect(await validateConfig(page('"12"', 'sandbax'))).toEqual([expect.stringContaining('line 3')]);
  expect(await validateConfig(`${page('"12"', 'sandbox')}polices: {}\n`)).toEqual([expect.stringContaining('polices')]);
});
