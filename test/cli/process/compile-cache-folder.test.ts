import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileCacheFolder } from '../../../src/cli/process/compile-cache-folder.ts';
import { ownFolder } from '../../kit/folder.ts';
import { start } from '../../kit/processes/process.ts';

const userId = process.geteuid?.();

/** A folder for caches with the given rights, and what is taken of it. */
function cacheIn(mode: number, { of = userId }: { of?: number | undefined } = {}) {
  const base = join(ownFolder(), 'cache');
  mkdirSync(join(base, 'rolodesk'), { recursive: true, mode: 0o700 });
  chmodSync(join(base, 'rolodesk'), mode);
  const given = { env: { XDG_CACHE_HOME: base }, home: '/nowhere', userId: of };
  return { folder: join(base, 'rolodesk'), taken: compileCacheFolder(given) };
}

test('code is kept in a folder that only its user may write, made so whatever the umask', () => {
  const base = join(ownFolder(), 'cache');
  const before = process.umask(0);
  const folder = compileCacheFolder({ env: { XDG_CACHE_HOME: base }, home: '/nowhere', userId });
  process.umask(before);
  expect(folder).toBe(join(base, 'rolodesk'));
  expect(statSync(join(base, 'rolodesk')).mode & 0o777).toBe(0o700);
});

test.runIf(userId !== undefined)('a folder that others may write, or that is another user’s, holds no code', () => {
  const own = cacheIn(0o755);
  expect(own.taken).toBe(own.folder);
  expect(cacheIn(0o777).taken).toBeUndefined();
  expect(cacheIn(0o775).taken).toBeUndefined();
  expect(cacheIn(0o700, { of: (userId ?? 0) + 1 }).taken).toBeUndefined();
});

test.runIf(userId !== undefined)('nor does one that others may replace, by whatever link it is reached', () => {
  const open = join(ownFolder(), 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  const take = (base: string) => compileCacheFolder({ env: { XDG_CACHE_HOME: base }, home: '/nowhere', userId });
  expect(take(open)).toBeUndefined();
  const link = join(ownFolder(), 'link');
  symlinkSync(open, link);
  expect(take(link)).toBeUndefined();
  // As /tmp is: what is there can be renamed by its owner alone.
  chmodSync(open, 0o1777);
  expect(take(open)).toBe(join(open, 'rolodesk'));
});

test.each(['', '.', 'cache'])('XDG_CACHE_HOME=%j is not the current folder: the one of the home is taken', (given) => {
  const home = ownFolder();
  const folder = compileCacheFolder({ env: { XDG_CACHE_HOME: given, HOME: home }, home: '/nowhere', userId });
  expect(folder).toBe(join(home, '.cache/rolodesk'));
  expect(compileCacheFolder({ env: { XDG_CACHE_HOME: given, HOME: '' }, home: '', userId })).toBeUndefined();
});

test.each(['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE'])(
  'with %s set, Node decides: no folder is made',
  (name) => {
    const home = ownFolder();
    expect(compileCacheFolder({ env: { HOME: home, [name]: '1' }, home, userId })).toBeUndefined();
    expect(existsSync(join(home, '.cache'))).toBe(false);
  },
);

test('the command line leaves nothing in the current folder when XDG_CACHE_HOME is empty', async () => {
  const cwd = ownFolder();
  const { ended } = start(['--version'], { cwd, env: { XDG_CACHE_HOME: '', NODE_COMPILE_CACHE: '' } });
  expect(await ended).toMatchObject({ code: 0 });
  expect(existsSync(join(cwd, 'rolodesk'))).toBe(false);
});
