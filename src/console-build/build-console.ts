import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Under which path the pages are served. */
const base = '/console/';

/**
 * Builds the pages from their sources with Vite, which only a clone has. They take their place at once when they are whole:
 * a service that serves the ones before is not disturbed.
 */
export async function buildConsole({
  sources,
  target,
}: {
  readonly sources: string;
  readonly target: string;
}): Promise<void> {
  const { build } = await import('vite');
  const made = `${target}.${randomUUID()}`;
  await build({
    configFile: false,
    root: sources,
    base,
    logLevel: 'warn',
    publicDir: false,
    resolve: { conditions: ['rolodesk-source'] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: made,
      emptyOutDir: true,
      target: ['chrome123', 'firefox125', 'safari17.5'],
      // A file in place of a data address: the content security policy knows no exception.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  const old = join(`${target}.${randomUUID()}`);
  moveAside(target, old);
  renameSync(made, target);
  rmSync(old, { recursive: true, force: true });
}

function moveAside(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
