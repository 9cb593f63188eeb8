import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Document, isNode, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { ConfigError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { knownKeys } from './schema-tools.ts';

export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export interface Loaded<T> {
  readonly path: string;
  readonly value: T;
  /** Refuses the file for problems found later, such as a mapping path that is not in the source's schema. */
  refuse(problems: readonly Problem[]): void;
  /** File and line of a key, such as `rolodesk.yaml:12`. Undefined for one that is not in the file. */
  placeOf(path: readonly PropertyKey[]): string | undefined;
}

const fileNames = ['rolodesk.yaml', 'rolodesk.yml'];

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
      hint: 'Check the path given with --config.',
    });
  }
  for (const folder of folders) {
    const found = fileNames.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (found) return found;
  }
  throw new ConfigError(`No rolodesk.yaml in ${[...new Set(folders)].join(' or ')}.`, {
    code: 'no-config',
    hint: 'Name it with --config, or try without an account: rolodesk demo; rolodesk sandbox --write-config rolodesk.yaml makes one to start from.',
  });
}

/**
 * Reads a YAML file, fills in `${NAME}` from the environment, and holds it against the schema that fits what it says (or
 * that none does). Reports every problem at once.
 */
export async function loadConfig<T>({
  path,
  schemaFor,
  env,
}: {
  readonly path: string;
  readonly schemaFor: (value: unknown) => Promise<z.ZodType<T> | Problem>;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<Loaded<T>> {
  const text = readText(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (problems: readonly Problem[]): void => {
    if (problems.length > 0) throw refusal(path, document, lines, problems);
  };
  const placeOf = (at: readonly PropertyKey[]): string | undefined =>
    document.hasIn(at) ? `${basename(path)}:${positionOf(document, lines, at).line}` : undefined;
  if (document.errors.length > 0) throw yamlErrors(path, text, document, lines);
  refuse(strayAliases(document));
  const missing = interpolate(document, env);
  const value: unknown = document.toJS() ?? {};
  const schema = await schemaFor(value);
  if ('message' in schema) throw refusal(path, document, lines, [...missing, schema]);
  const parsed = schema.safeParse(value);
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(schema, issue));
  // A missing variable also fails the schema's own rules for that key: said once is enough.
  const named = new Set(missing.map((problem) => problem.path.join('.')));
  refuse([...missing, ...problems.filter((problem) => !named.has(problem.path.join('.')))]);
  if (!parsed.success) throw new ConfigError(`${path} is not valid.`);
  return { path, value: parsed.data, refuse, placeOf };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} can't be read.`, { cause: error, hint: 'Check the rights of the file.' });
  }
}

/** YAML reads an unquoted value that begins with `*` as the name of another one. It may be half of a secret: it is not told. */
function strayAliases(document: Document): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_, node, parents) {
      if (node.resolve(document) !== undefined) return;
      const message = 'YAML reads a value that begins with * as an alias, and there is none: put the value in quotes';
      problems.push({ path: pathOf(parents), message });
    },
  });
  return problems;
}

/** Replaces `${NAME}` inside values, and returns what is missing. A value with a variable in it is always text. */
function interpolate(document: Document, env: Readonly<Record<string, string | undefined>>): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Scalar(key, node, parents) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      node.value = node.value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
        const value = env[name];
        if (value !== undefined && value !== '') return value;
        problems.push({ path: pathOf(parents), message: `the environment variable ${name} is not set` });
        return '';
      });
    },
  });
  return problems;
}

function pathOf(parents: readonly (Document | Node | Pair)[]): string[] {
  return parents.flatMap((parent) => ('key' in parent && isNode(parent.key) ? [String(parent.key)] : []));
}

function yamlErrors(path: string, text: string, document: Document, lines: LineCounter): ConfigError {
  const said = new Set<number>();
  const found = document.errors.flatMap((error) => {
    const at = lines.linePos(error.pos[0]);
    const braces = /\{[^"']*\$\{/.test(text.split('\n')[at.line - 1] ?? '');
    // The parser stumbles several times over one such line.
    if (braces && said.has(at.line)) return [];
    said.add(at.line);
    const why = braces
      ? `YAML reads the braces of a $\{…} inside { }: put the value in quotes, as in "$\{NAME}"`
      : (error.message.split('\n')[0] ?? 'not YAML');
    return [`  ${path}:${at.line}:${at.col} ${why}`];
  });
  return new ConfigError(`${path} is not valid YAML:\n${found.join('\n')}`, { code: 'config-yaml' });
}

function refusal(path: string, document: Document, lines: LineCounter, problems: readonly Problem[]): ConfigError {
  const list = problems.map((problem) => ({ problem, ...positionOf(document, lines, problem.path) }));
  list.sort((a, b) => a.line - b.line || a.column - b.column);
  const text = list.map(
    ({ problem, line, column }) =>
      `  ${path}:${line}:${column} ${problem.path.join('.') || '(file)'}: ${problem.message}`,
  );
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return new ConfigError(`${path} has ${count}:\n${text.join('\n')}`, { code: 'config-invalid' });
}

/** The place of the key itself, or of the nearest one above it that exists. */
function positionOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): { line: number; column: number } {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const at = lines.linePos(node.range[0]);
    return { line: at.line, column: at.col };
  }
  return { line: 1, column: 1 };
}

function problemsOf(schema: z.core.$ZodType, issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: unknownKey(key, knownKeys(schema, issue.path)),
    }));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
    const deeper = closest.filter(({ path }) => path.length > 0);
    if (deeper.length > 0)
      return deeper.flatMap((inner) => problemsOf(schema, { ...inner, path: [...issue.path, ...inner.path] }));
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
  const near = nearest(key, known);
  return near === undefined ? `unknown key; known here: ${known.join(', ')}` : `unknown key, did you mean "${near}"?`;
}
