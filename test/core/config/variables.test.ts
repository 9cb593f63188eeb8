import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readVariable } from '../../../src/core/config/interpolate-env.ts';
import { ownFolder } from '../../kit/folder.ts';

function secretFile(content: string): string {
  const path = join(ownFolder(), 'TOKEN');
  writeFileSync(path, content);
  return path;
}

test('a variable stands for itself', () => {
  expect(readVariable({ TOKEN: ' a b ' }, 'TOKEN')).toEqual({ value: ' a b ' });
});

test.each([
  ['a line end', 'secret\n'],
  ['a Windows line end', 'secret\r\n'],
  ['none', 'secret'],
])('a file with %s at its end holds the secret', (_, content) => {
  expect(readVariable({ TOKEN_FILE: secretFile(content) }, 'TOKEN')).toEqual({ value: 'secret' });
});

test('only the last line end goes: a key of several lines stays whole', () => {
  expect(readVariable({ TOKEN_FILE: secretFile('a\nb\n\n') }, 'TOKEN')).toEqual({ value: 'a\nb\n' });
});

test('systemd hands over credentials in a folder; a variable of that name goes before', () => {
  const path = secretFile('secret\n');
  const CREDENTIALS_DIRECTORY = join(path, '..');
  expect(readVariable({ CREDENTIALS_DIRECTORY }, 'TOKEN')).toEqual({ value: 'secret' });
  expect(readVariable({ CREDENTIALS_DIRECTORY, TOKEN: 'own' }, 'TOKEN')).toEqual({ value: 'own' });
});

test('what is wrong is reported with the variable and the path', () => {
  const empty = secretFile('\n');
  const folder = join(ownFolder(), 'folder');
  mkdirSync(folder);
  expect(readVariable({}, 'TOKEN')).toMatchObject({ problem: 'the environment variable TOKEN is not set' });
  expect(readVariable({ CREDENTIALS_DIRECTORY: folder }, 'TOKEN')).toMatchObject({
    problem: 'the environment variable TOKEN is not set, and systemd has no credential TOKEN',
  });
  expect(readVariable({ TOKEN_FILE: '/run/secrets/none' }, 'TOKEN')).toEqual({
    problem: "/run/secrets/none (TOKEN_FILE) can't be read: ENOENT",
  });
  expect(readVariable({ TOKEN_FILE: folder }, 'TOKEN')).toEqual({
    problem: `${folder} (TOKEN_FILE) can't be read: EISDIR`,
  });
  expect(readVariable({ TOKEN_FILE: empty }, 'TOKEN')).toEqual({ problem: `${empty} (TOKEN_FILE) is empty` });
  expect(readVariable({ TOKEN_FILE: 'secrets/token' }, 'TOKEN')).toEqual({
    problem: 'TOKEN_FILE is secrets/token: expected an absolute path',
  });
  expect(readVariable({ TOKEN: 'a', TOKEN_FILE: empty }, 'TOKEN')).toEqual({
    problem: 'both TOKEN and TOKEN_FILE are set: keep one of them',
  });
});
