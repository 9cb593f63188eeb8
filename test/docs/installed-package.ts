import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const root = resolve(import.meta.dirname, '../..');
export const run = promisify(execFile);

export interface InstalledPackage {
  /** A folder in whose node_modules the package is. */
  readonly home: string;
  /** The folder of the package. */
  readonly folder: string;
  /** Path of what was packed. */
  readonly tarball: string;
  /** The compiler that declared it. */
  readonly tsc: string;
  remove(): void;
}

/** The package as somebody installs it: built, packed, and unpacked into node_modules of a folder of its own. Asks no registry. */
export async function installPackage(): Promise<InstalledPackage> {
  const home = mkdtempSync(join(tmpdir(), 'rolodesk-package-'));
  const built = join(home, 'built');
  const folder = join(home, 'node_modules/rolodesk');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const file of ['package.json', ...files].filter((name) => name !== 'dist'))
    cpSync(join(root, file), join(built, file), { recursive: true });
  // Types have been checked by then: npm test does so first.
  const target = ['--outDir', join(built, 'dist'), '--noCheck', '--singleThreaded'];
  await run(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), ...target]);
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent', '--offline', built], { cwd: home });
  const tarball = join(home, stdout.trim());
  mkdirSync(folder, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
  // What it depends on is what the repository has installed.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(join(root, 'node_modules/@types'), join(home, 'node_modules/@types'));
  return {
    home,
    folder,
    tarball,
    tsc,
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
