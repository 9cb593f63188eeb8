import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

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
  compressAll(made);
  const old = `${target}.${randomUUID()}`;
  moveAside(target, old);
  renameSync(made, target);
  rmSync(old, { recursive: true, force: true });
}

const compressible = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt']);

/** Next to each file, as it is sent to browsers: compressing takes a second, in which a service could answer nobody. */
function compressAll(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !compressible.has(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const plain = readFileSync(path);
    writeFileSync(`${path}.br`, brotliCompressSync(plain));
    writeFileSync(`${path}.gz`, gzipSync(plain));
  }
}

function moveAside(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
