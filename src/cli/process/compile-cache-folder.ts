import { lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { makePrivateFolder } from '../../core/files/make-private-folder.ts';

const root = 0;
const othersMayWrite = 0o022;
const sticky = 0o1000;

/**
 * The folder for compiled code. What lies there is executed, so it must be one in which nobody but this user (and root) can
 * put or replace a file: undefined where there is no such folder. Relative paths count as unset, as the XDG specification says.
 * Undefined as well where the user has set for Node where its cache is, or that there is to be none: Node follows that itself.
 */
export function compileCacheFolder({
  env,
  home,
  userId,
}: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Undefined on Windows, where each user's profile is private. */
  readonly userId: number | undefined;
}): string | undefined {
  if (env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const base = [env.XDG_CACHE_HOME, join(env.HOME ?? '', '.cache'), join(home, '.cache')].find(
    (path) => path !== undefined && isAbsolute(path),
  );
  if (base === undefined) return undefined;
  try {
    const folder = join(base, 'rolodesk');
    makePrivateFolder(folder);
    const real = realpathSync(folder);
    return userId === undefined || isOnlyOurs(real, userId) ? real : undefined;
  } catch {
    // A cache that cannot be made is done without: it only saves time.
    return undefined;
  }
}

function isOnlyOurs(folder: string, userId: number): boolean {
  const { uid, mode } = lstatSync(folder);
  if (uid !== userId || (mode & othersMayWrite) !== 0) return false;
  for (let above = dirname(folder); ; above = dirname(above)) {
    if (!isSafeAbove(above, userId)) return false;
    if (above === dirname(above)) return true;
  }
}

/** Who may write to a folder may rename what is in it, unless it is sticky, as /tmp is. */
function isSafeAbove(folder: string, userId: number): boolean {
  const { uid, mode } = lstatSync(folder);
  return (uid === userId || uid === root) && ((mode & othersMayWrite) === 0 || (mode & sticky) !== 0);
}
