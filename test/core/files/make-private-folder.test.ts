import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makePrivateFolder } from '../../../src/core/files/make-private-folder.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { ownFolder } from '../../kit/folder.ts';
import { start } from '../../kit/processes/process.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('every folder that is made is its owner’s alone, and one that is there stays as it is', () => {
  const folder = ownFolder();
  const before = modeOf(folder);
  makePrivateFolder(join(folder, 'a/b'));
  makePrivateFolder(join(folder, 'a/b'));
  expect([modeOf(folder), modeOf(join(folder, 'a')), modeOf(join(folder, 'a/b'))]).toEqual([before, '700', '700']);
});

test('a file in its way is an error', () => {
  const file = join(ownFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makePrivateFolder(join(file, 'a'))).toThrow('ENOTDIR');
});

// In a process of its own: what is held off here cannot be stopped from within.
test.skipIf(!existsSync('/proc/self'))('a state file where no folder can be made ends the run: exit 6', async () => {
  const { folder } = await startTestEnvironment({ customers: 1, more: 'state: /proc/nowhere/state.db\n' });
  const { child, ended } = start(['sync'], { cwd: folder });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await ended).toMatchObject({ code: 6, stderr: expect.stringContaining('/proc/nowhere/state.db') });
});
