import { expect, test } from 'vitest';
import { asTyped } from '../../src/cli/format/as-typed.ts';
import { ownFolder } from '../kit/folder.ts';
import { rolodesk } from '../kit/processes/process.ts';

const hint = 'Kept in plan.json. Do exactly this: rolodesk sync --plan plan.json';
const inClone = { npm_command: 'run-script', npm_package_name: 'rolodesk' };

test.each([
  ['on the PATH', {}, 'rolodesk sync --plan plan.json'],
  ['in a clone', inClone, 'npm run -s rolodesk -- sync --plan plan.json'],
  ['by npx', { npm_command: 'exec' }, 'npx rolodesk sync --plan plan.json'],
  ['from a script of another package', { ...inClone, npm_package_name: 'acme' }, 'rolodesk sync --plan plan.json'],
])('a hint runs as it is printed, %s', (_, env, expected) => {
  expect(asTyped(hint, env)).toBe(`Kept in plan.json. Do exactly this: ${expected}`);
});

test.each([
  'rolodesk.yaml',
  'rolodesk reads .env',
  './node_modules/rolodesk check',
  'https://example.com/rolodesk sync',
])('%s is no command, and stays as it is', (text) => expect(asTyped(text, { npm_command: 'exec' })).toBe(text));

test('without a configuration the message names what writes one, as it is typed here', async () => {
  const { code, stderr } = await rolodesk(['sync'], { cwd: ownFolder(), env: inClone });
  expect(code).toBe(2);
  expect(stderr).toContain('npm run -s rolodesk -- init');
  expect(stderr).toContain('npm run -s rolodesk -- demo');
});
