import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { findConnector } from '../../../connectors/find-connector.ts';
import { collectSecrets } from '../../../core/config/schema-tools.ts';
import { readYamlFile } from '../../../core/config/yaml-file.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import { configSchema } from '../../config-schema.ts';
import type { StoredTemplate } from './row.ts';

export interface TemplateVariable {
  readonly name: string;
  /** Keys whose values contain it. */
  readonly paths: readonly (readonly PropertyKey[])[];
  /** Its value is encrypted and never shown. */
  readonly isSecret: boolean;
}

export interface Template extends StoredTemplate {
  readonly path: string;
  readonly variables: ReadonlyMap<string, TemplateVariable>;
}

/** The row's own name, which every template may use. */
export const nameVariable = 'name';

/** Reads a configuration with `${NAME}` for what differs between connections. Throws ConfigError. */
export async function readTemplate(path: string): Promise<Template> {
  return await templateOf(path, readText(path));
}

async function templateOf(path: string, text: string): Promise<Template> {
  const value = withPlaceholders(path, text);
  const secrets = await secretsOf(path, value);
  const variables = new Map<string, TemplateVariable>();
  for (const { at, names, content } of textsIn(value, []))
    for (const name of names) {
      const before = variables.get(name);
      const isSecret = before?.isSecret === true || secrets.has(content);
      variables.set(name, { name, paths: [...(before?.paths ?? []), at], isSecret });
    }
  variables.delete(nameVariable);
  return { name: basename(path), folder: dirname(path), path, text, variables };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`The template ${path} can't be read.`, {
      code: 'no-template',
      cause: error,
      hint: 'Check the path and the rights of the file.',
    });
  }
}

/** Stands for a variable: around its name are characters that no file holds. */
const mark = '\uE000';
const placeholder = new RegExp(`${mark}([A-Za-z_][A-Za-z0-9_]*)${mark}`, 'g');

function withPlaceholders(path: string, text: string): unknown {
  const names = Array.from(text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g), ([, name = '']) => name);
  const env = Object.fromEntries(names.map((name) => [name, `${mark}${name}${mark}`]));
  const { value, broken } = readYamlFile(path, text, env);
  const [problem] = broken;
  if (problem) throw new ConfigError(`${path}: ${problem.path.join('.')}: ${problem.message}`, { code: 'config-yaml' });
  return value;
}

const connectorNamed = z.looseObject({ source: z.looseObject({ connector: z.string() }) });

/** Whole texts of keys that hold secrets. What is not a known connector is reported when a row is read. */
async function secretsOf(path: string, value: unknown): Promise<ReadonlySet<string>> {
  const named = connectorNamed.safeParse(value).data?.source.connector;
  const connector = named === undefined ? undefined : await findConnector(named, dirname(path));
  return new Set(named !== undefined && connector ? collectSecrets(configSchema(connector, named), value) : []);
}

interface TextWithVariables {
  readonly at: readonly PropertyKey[];
  readonly content: string;
  readonly names: readonly string[];
}

function textsIn(value: unknown, at: readonly PropertyKey[]): readonly TextWithVariables[] {
  if (typeof value === 'string') {
    const names = Array.from(value.matchAll(placeholder), ([, name = '']) => name);
    return names.length > 0 ? [{ at, content: value, names }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...at, key]));
}
