import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveOwnModules } from '../core/config/self-resolve.ts';
import type { SourceConnector } from '../core/connector.ts';
import { ConfigError } from '../core/domain/errors.ts';
import { specVersion } from '../core/domain/spec-version.ts';
import { sources } from './registry.ts';

/**
 * The connector that a configuration names: one that ships with Rolodesk, a module by path (`./acme.ts`, relative to the
 * configuration), or an installed package. Undefined when the name can be none of these. Throws ConfigError when a module
 * is there and does not export a connector.
 */
export async function findConnector(named: string, folder: string): Promise<SourceConnector | undefined> {
  const shipped = sources.find(({ name }) => name === named);
  if (shipped) return shipped;
  const isPath = named.startsWith('./') || named.startsWith('../') || isAbsolute(named);
  const isPackage = /^(@[a-z0-9._~-]+\/)?rolodesk-connector-[a-z0-9._~-]+$/.test(named);
  if (!isPath && !isPackage) return undefined;
  const module = await load(named, isPath ? pathToFileURL(resolve(folder, named)).href : await locate(named, folder));
  const found = Object.values(module).find(looksLikeConnector);
  if (found) return assertKnownVersion(named, found);
  throw new ConfigError(`source.connector: ${named} exports no connector.`, {
    code: 'connector-module',
    hint: 'It must export the value of defineConnector({ … }), from rolodesk/connector.',
  });
}

/** Packages are looked for from the configuration's folder, where its user installed them. */
async function locate(named: string, folder: string): Promise<string> {
  const { createRequire } = await import('node:module');
  try {
    return pathToFileURL(createRequire(resolve(folder, 'rolodesk.yaml')).resolve(named)).href;
  } catch (error) {
    throw new ConfigError(`source.connector: the package ${named} is not installed.`, {
      code: 'connector-module',
      hint: `npm install ${named}, in the folder of the configuration.`,
      cause: error,
    });
  }
}

async function load(named: string, url: string): Promise<Record<string, unknown>> {
  resolveOwnModules();
  try {
    return await import(url);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`source.connector: ${named} can't be loaded: ${reason}.`, {
      code: 'connector-module',
      hint: 'Check the path; it is relative to the configuration.',
      cause: error,
    });
  }
}

interface Versioned {
  readonly specVersion?: unknown;
}

/** A module is somebody else's, and was perhaps written for another Rolodesk. */
function looksLikeConnector(value: unknown): value is SourceConnector | Versioned {
  return (
    typeof value === 'object' &&
    value !== null &&
    'configure' in value &&
    typeof value.configure === 'function' &&
    'schema' in value &&
    'name' in value
  );
}

function assertKnownVersion(named: string, found: SourceConnector | Versioned): SourceConnector {
  if (isOfThisVersion(found)) return found;
  const given = found.specVersion === undefined ? 'no specVersion' : `specVersion ${JSON.stringify(found.specVersion)}`;
  throw new ConfigError(`source.connector: ${named} has ${given}; this Rolodesk knows ${specVersion}.`, {
    code: 'connector-version',
    hint: 'Install a version of the connector for this Rolodesk, or a Rolodesk that knows the connector.',
  });
}

function isOfThisVersion(found: SourceConnector | Versioned): found is SourceConnector {
  return found.specVersion === specVersion;
}
