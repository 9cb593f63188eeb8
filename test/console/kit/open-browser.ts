import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Where a browser may be, in this order: named by the environment, installed on the system, unpacked from the package. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser without a window, or why there is none here. */
export async function openBrowser(): Promise<Browser | { readonly missing: string }> {
  const found = process.env.ROLODESK_TEST_BROWSER ?? onPath() ?? (await fromPackage());
  if (found === undefined) return { missing: 'there is no Chromium: install one, or name it in ROLODESK_TEST_BROWSER' };
  // In a container there is no user namespace for its sandbox, and it sees only what these tests serve.
  return await chromium.launch({ executablePath: found, args: ['--no-sandbox'] });
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

/** The package has one for Linux on x64 only, and unpacks it once into the folder for temporary files. */
async function fromPackage(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { default: packed } = await import('@sparticuz/chromium');
  return await packed.executablePath();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
