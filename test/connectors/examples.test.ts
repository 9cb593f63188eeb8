import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/app/settings.ts';
import { sources } from '../../src/connectors/registry.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { ownFolder } from '../kit/folder.ts';

const root = join(import.meta.dirname, '../..');
const names = sources.map(({ name }) => name);

/** Every variable is set, to something that is digits as well as text. */
const env = new Proxy({}, { get: (_, name) => (isPlain(String(name)) ? '1' : undefined) });
/** Not one that says where a value is instead. */
const isPlain = (name: string): boolean => !name.endsWith('_FILE') && name !== 'CREDENTIALS_DIRECTORY';

test.each(names)('the example of %s is a valid configuration as it stands', async (name) => {
  const cwd = ownFolder();
  copyFileSync(join(root, 'src/connectors', name, 'example.yaml'), join(cwd, 'rolodesk.yaml'));
  const asked = join(cwd, 'rolodesk.yaml');
  const { connector, config } = await readSettings({ asked, host: { env, cwd, redactor: createRedactor([]) } });
  expect(connector.name).toBe(name);
  expect(config.destination.connector).toBe('zendesk');
});

test.each(names)('%s has a test that holds it to the suite, its example included', (name) => {
  expect(existsSync(join(root, 'test/connectors', name, 'conformance.test.ts'))).toBe(true);
});
