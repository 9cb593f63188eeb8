import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ConfigError } from '../domain/errors.ts';
import type { ConfigFile, Environment, Problem } from './config-file.ts';
import { readVariable } from './interpolate-env.ts';
import { resolveOwnModules } from './self-resolve.ts';

const exported = z.object({ default: z.record(z.string(), z.unknown()) });

/** Loads a configuration that is a module, and fills in `${NAME}` in its texts. `functionKeys`: what stands for functions, not for data. */
export async function readModuleFile(
  path: string,
  content: string,
  { env, functionKeys }: { readonly env: Environment; readonly functionKeys: readonly string[] },
): Promise<ConfigFile> {
  const found = exported.safeParse(await load(path, content));
  if (!found.success)
    throw new ConfigError(`${path} has no configuration as its default export.`, {
      code: 'config-module',
      hint: 'Write export default defineConfig({ … }), with defineConfig from rolodesk.',
    });
  return configObject(path, found.data.default, { env, functionKeys });
}

/** A configuration that is there as an object. `path` names it in messages. */
export function configObject(
  path: string,
  given: object,
  { env, functionKeys }: { readonly env: Environment; readonly functionKeys: readonly string[] },
): ConfigFile {
  const entries = Object.entries(given);
  const missing: Problem[] = [];
  const value = fillIn(Object.fromEntries(entries.filter(([key]) => !functionKeys.includes(key))), {
    env,
    missing,
    at: [],
  });
  return {
    value,
    functions: Object.fromEntries(entries.filter(([key]) => functionKeys.includes(key))),
    broken: [],
    missing,
    positionOf: () => undefined,
    placeOf: (at) => (isThere(value, at) ? basename(path) : undefined),
  };
}

/** A module is loaded once per content: a process that lives long sees a changed file. */
async function load(path: string, content: string): Promise<unknown> {
  const version = createHash('sha256').update(content).digest('base64url');
  resolveOwnModules();
  try {
    return await import(`${pathToFileURL(path).href}?version=${version}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${path} can't be loaded: ${reason}`, {
      code: 'config-module',
      cause: error,
      hint: 'It is loaded as Node loads it: types are stripped, not compiled, and imports need their file extension.',
    });
  }
}

function fillIn(
  value: unknown,
  { env, missing, at }: { readonly env: Environment; readonly missing: Problem[]; readonly at: readonly PropertyKey[] },
): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const read = readVariable(env, name);
      if ('value' in read) return read.value;
      missing.push({ path: at, message: read.problem });
      return '';
    });
  if (Array.isArray(value)) return value.map((item, index) => fillIn(item, { env, missing, at: [...at, index] }));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, fillIn(inner, { env, missing, at: [...at, key] })]),
  );
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isThere(value: unknown, [first, ...rest]: readonly PropertyKey[]): boolean {
  if (first === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return false;
  return isThere(Reflect.get(value, first), rest);
}
