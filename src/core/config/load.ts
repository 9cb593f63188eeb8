import { existsSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { ConfigError } from '../domain/errors.ts';
import { closestMatch } from './closest-match.ts';
import type { ConfigFile, Environment, Problem } from './config-file.ts';
import { configObject, readModuleFile } from './module-file.ts';
import { knownKeys } from './schema-tools.ts';
import { readYamlFile } from './yaml-file.ts';

export interface Loaded<T> {
  readonly path: string;
  readonly value: T;
  /** Refuses the file for problems found later, such as a mapping path that is not in the source's schema. */
  refuse(problems: readonly Problem[]): void;
  readonly placeOf: ConfigFile['placeOf'];
  readonly functions: ConfigFile['functions'];
  /** The file itself. */
  readonly content: string;
}

const fileNames = ['rolodesk.yaml', 'rolodesk.yml', 'rolodesk.config.ts', 'rolodesk.config.js', 'rolodesk.config.mjs'];
const moduleEndings = new Set(['.ts', '.mts', '.js', '.mjs']);

/** Where the configuration is: the file asked for, else the first found in these folders. */
export function findConfigFile({
  asked,
  folders,
}: {
  readonly asked: string | undefined;
  readonly folders: readonly string[];
}): string {
  const from = folders[0] ?? '.';
  if (asked !== undefined) {
    const path = resolve(from, asked);
    if (existsSync(path)) return path;
    throw new ConfigError(`There is no file ${path}.`, {
      code: 'no-config',
      hint: 'Check the path.',
    });
  }
  for (const folder of folders) {
    const [found, other] = fileNames.filter((name) => existsSync(join(folder, name)));
    if (found !== undefined && other !== undefined)
      throw new ConfigError(`${folder} has both ${found} and ${other}.`, {
        code: 'two-configs',
        hint: 'Keep one of them, or name the one that is meant.',
        remedy: { kind: 'name-config' },
      });
    if (found !== undefined) return join(folder, found);
  }
  throw new ConfigError(`No rolodesk.yaml in ${[...new Set(folders)].join(' or ')}.`, {
    code: 'no-config',
    remedy: { kind: 'write-config' },
  });
}

/**
 * Reads a configuration (YAML, or a module where its name ends as one; or the object that is given), fills in `${NAME}` from the environment, and holds it
 * against the schema that fits what it says (or that none does). Reports every problem at once.
 */
export async function loadConfig<T>({
  path,
  given,
  text,
  schemaFor,
  env,
  functionKeys = [],
}: {
  /** Of the file. Of an object: what messages call it. */
  readonly path: string;
  /** The configuration itself, in place of a file. */
  readonly given?: object;
  /** The content of the file, where the caller has read it. */
  readonly text?: string | undefined;
  readonly schemaFor: (value: unknown) => Promise<z.ZodType<T> | Problem>;
  readonly env: Environment;
  /** Keys that hold functions, where the configuration is a module. */
  readonly functionKeys?: readonly string[];
}): Promise<Loaded<T>> {
  const content = given === undefined ? (text ?? readText(path)) : contentOf(given);
  const file = await readFile();
  const { value, missing, placeOf, functions } = file;
  const refuse = (problems: readonly Problem[]): void => {
    if (problems.length > 0) throw refusal(path, file, problems);
  };
  refuse(file.broken);
  const schema = await schemaFor(value);
  if ('message' in schema) throw refusal(path, file, [...missing, schema]);
  const parsed = schema.safeParse(value);
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => validateConfig(schema, issue));
  // A missing variable also fails the schema's own rules for that key: said once is enough.
  const named = new Set(missing.map((problem) => problem.path.join('.')));
  refuse([...missing, ...problems.filter((problem) => !named.has(problem.path.join('.')))]);
  if (!parsed.success) throw new ConfigError(`${path} is not valid.`);
  return { path, value: parsed.data, refuse, placeOf, functions, content };

  async function readFile(): Promise<ConfigFile> {
    if (given !== undefined) return configObject(path, given, { env, functionKeys });
    if (moduleEndings.has(extname(path))) return await readModuleFile(path, content, { env, functionKeys });
    return readYamlFile(path, content, env);
  }
}

/** Differs when something in it does, a function's text included. */
function contentOf(given: object): string {
  return JSON.stringify(given, (_, value: unknown) => (typeof value === 'function' ? String(value) : value));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} can't be read.`, { cause: error, hint: 'Check the rights of the file.' });
  }
}

function refusal(path: string, { positionOf }: ConfigFile, problems: readonly Problem[]): ConfigError {
  const list = problems.map((problem) => ({ problem, at: positionOf(problem.path) }));
  list.sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0));
  const text = list.map(
    ({ problem, at }) =>
      `  ${path}${at ? `:${at.line}:${at.column}` : ''} ${problem.path.join('.') || '(file)'}: ${problem.message}`,
  );
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return new ConfigError(`${path} has ${count}:\n${text.join('\n')}`, { code: 'config-invalid', problems });
}

function validateConfig(schema: z.core.$ZodType, issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: unknownKey(key, knownKeys(schema, issue.path)),
    }));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // One of the given kind, whatever is wrong inside, is what was meant: of two of that kind, the one with fewer problems.
    const isOtherKind = (errors: readonly z.core.$ZodIssue[]): boolean =>
      errors.some(({ code, path }) => code === 'invalid_type' && path.length === 0);
    const closest =
      [...issue.errors].sort((a, b) => Number(isOtherKind(a)) - Number(isOtherKind(b)) || a.length - b.length)[0] ?? [];
    const deeper = closest.filter(({ path }) => path.length > 0);
    if (deeper.length > 0)
      return deeper.flatMap((inner) => validateConfig(schema, { ...inner, path: [...issue.path, ...inner.path] }));
  }
  // Of a key that may not be one, the rule that says so is inside.
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
  return [{ path: issue.path, message: plainMessage(inner ?? issue) }];
}

/** Zod's message without the value: it may be a secret. */
function plainMessage(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return issue.input === undefined && /undefined/.test(issue.message)
      ? `missing: expected ${issue.expected}`
      : `expected ${issue.expected}`;
  return issue.message.replace(/^Invalid (input|string|option): /, '');
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = closestMatch(key, known);
  return near === undefined ? `unknown key; known here: ${known.join(', ')}` : `unknown key, did you mean "${near}"?`;
}
