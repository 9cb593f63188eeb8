import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withEnvFile } from '../../../src/core/config/env-file.ts';
import { ownFolder } from '../../kit/folder.ts';

function filled(text: string, env: Readonly<Record<string, string>>) {
  const folder = ownFolder();
  writeFileSync(join(folder, '.env'), text, { mode: 0o600 });
  return withEnvFile(folder, env);
}

test('a .env adds what the environment says nothing of', () => {
  expect(filled('A=file\nB="b b"\n# C=1\nexport D=d', { A: 'environment', E: 'e' })).toEqual({
    env: { A: 'environment', B: 'b b', D: 'd', E: 'e' },
    warning: undefined,
  });
  expect(filled('A=file', { A: '' }).env).toEqual({ A: 'file' });
});

test('a secret that is given by a file or by systemd is not shown a second time', () => {
  expect(filled('A=file', { A_FILE: '/run/secrets/a' }).env).toEqual({ A_FILE: '/run/secrets/a' });
  expect(filled('A_FILE=/run/secrets/a', { A: 'environment' }).env).toEqual({ A: 'environment' });
  const credentials = ownFolder();
  writeFileSync(join(credentials, 'A'), 'systemd');
  const env = { CREDENTIALS_DIRECTORY: credentials };
  expect(filled('A=file\nB=b', env).env).toEqual({ ...env, B: 'b' });
});

test('without a .env nothing is added', () => {
  const folder = ownFolder();
  expect(withEnvFile(folder, { A: '1' })).toEqual({ env: { A: '1' }, warning: undefined });
});
