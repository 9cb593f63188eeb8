import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import type { Json } from '../../core/domain/json.ts';

const manifest = z.looseObject({ version: z.string(), dependencies: z.record(z.string(), z.string()).default({}) });

/** The versions in use, including the installed versions of dependencies. */
export function versions(): Json {
  const here = createRequire(import.meta.url);
  const own = manifest.parse(here('../../../package.json'));
  const { node, v8 = null, openssl = null, sqlite = null } = process.versions;
  const names = Object.keys(own.dependencies);
  return {
    rolodesk: own.version,
    node,
    platform: process.platform,
    arch: process.arch,
    runtime: { v8, openssl, sqlite },
    dependencies: Object.fromEntries(names.map((name) => [name, installed(name, here)])),
  };
}

/** Reads the manifest from its folder, because not every package allows importing it. */
function installed(name: string, here: ReturnType<typeof createRequire>): string | null {
  const paths = (here.resolve.paths(name) ?? []).map((folder) => join(folder, name, 'package.json'));
  const path = paths.find((candidate) => existsSync(candidate));
  if (path === undefined) return null;
  return manifest.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data?.version ?? null;
}
