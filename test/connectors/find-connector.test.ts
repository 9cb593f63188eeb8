import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findConnector } from '../../src/connectors/find-connector.ts';
import { ownFolder } from '../kit/folder.ts';

/** Looks for a connector in a module with this text, as a configuration in the same folder names it. */
async function find(text: string) {
  const folder = ownFolder();
  writeFileSync(join(folder, 'acme.mjs'), text);
  return await findConnector('./acme.mjs', folder);
}

const connector = (more: string): string =>
  `export const acme = { name: 'acme', configure: () => undefined, schema: () => undefined, ${more} };`;

test('a connector of the contract that this version knows is found by its path', async () => {
  expect(await find(connector('specVersion: 1'))).toMatchObject({ name: 'acme' });
});

test.each([
  { more: 'specVersion: 2', message: './acme.mjs has specVersion 2; this Rolodesk knows 1.' },
  { more: "specVersion: '1'", message: './acme.mjs has specVersion "1"; this Rolodesk knows 1.' },
  { more: '', message: './acme.mjs has no specVersion; this Rolodesk knows 1.' },
])('a connector of another contract is refused before it reads anything: $message', async ({ more, message }) => {
  await expect(find(connector(more))).rejects.toMatchObject({
    code: 'connector-version',
    exitCode: 2,
    message: `source.connector: ${message}`,
  });
});

test('a module without a connector is named', async () => {
  await expect(find('export const nothing = 1;')).rejects.toMatchObject({ code: 'connector-module' });
});
