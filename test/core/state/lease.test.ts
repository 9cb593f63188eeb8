import { once } from 'node:events';
import { chmodSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { acquireLease, withFileLock } from '../../../src/core/state/lease.ts';
import { ownFolder } from '../../kit/folder.ts';
import { nextLine, startChild } from '../../kit/processes/child.ts';
import { createTestClock } from '../../kit/test-clock.ts';

function statePath(): string {
  const folder = ownFolder();
  return join(folder, 'deeper/state.db');
}

const leaseModule = resolve(import.meta.dirname, '../../../src/core/state/lease.ts');
const holder = `
  import { acquireLease } from ${JSON.stringify(leaseModule)};
  // Kept: a lease that nobody holds on to is collected, and free.
  globalThis.lease = acquireLease(process.argv[1]);
  console.log('held');
  setInterval(() => undefined, 1000);
`;

test('one holder at a time; the other gets to know, and may have it once it was given back', () => {
  const path = statePath();
  const first = acquireLease(path);
  expect(() => acquireLease(path)).toThrow(expect.objectContaining({ code: 'locked', exitCode: 6 }));
  first.release();
  acquireLease(path).release();
});

test('a lease whose file was deleted is lost, whether another run has begun or not', () => {
  const path = statePath();
  const first = acquireLease(path);
  first.assertHeld();
  rmSync(`${path}.lock`);
  expect(() => first.assertHeld()).toThrow(expect.objectContaining({ code: 'lease-lost', exitCode: 6 }));
  const second = acquireLease(path);
  expect(() => first.assertHeld()).toThrow(/another run may have started/);
  second.assertHeld();
  first.release();
  second.assertHeld();
  second.release();
});

test.skipIf(process.platform === 'win32')('nobody else can open the lock: also one that an older version left', () => {
  const path = statePath();
  const mode = (): number => statSync(`${path}.lock`).mode & 0o777;
  acquireLease(path).release();
  expect(mode()).toBe(0o600);
  chmodSync(`${path}.lock`, 0o644);
  const lease = acquireLease(path);
  expect(mode()).toBe(0o600);
  // Looking at the file frees no lock of this process.
  expect(() => acquireLease(path)).toThrow(/in use by another run/);
  lease.release();
});

test('states are apart', () => {
  const [one, two] = [acquireLease(statePath()), acquireLease(statePath())];
  one.release();
  two.release();
});

test('a lease that another process holds is gone with the process, however it ends', async () => {
  const path = statePath();
  const child = startChild(holder, [path]);
  expect(await nextLine(child)).toBe('held');
  expect(() => acquireLease(path)).toThrow(/in use by another run/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  acquireLease(path).release();
});

test('work under a file lock waits for the one before it, and a failure gives the lock back', async () => {
  const path = statePath();
  const { clock, play, settle, sleepers } = createTestClock({ moves: 'by-hand' });
  const { promise: gate, resolve: releaseEmail } = Promise.withResolvers<string>();
  const first = withFileLock(path, clock, () => gate);
  const second = withFileLock(path, clock, async () => 'second');
  await play(1_000);
  expect(sleepers()).toBe(1);
  releaseEmail('first');
  expect(await first).toBe('first');
  await play(1_000);
  expect(await second).toBe('second');
  await expect(withFileLock(path, clock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await settle();
  acquireLease(path.replace(/\.lock$/, '')).release();
});
