import { basename } from 'node:path';
import { type Document, isNode, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml';
import { ConfigError } from '../domain/errors.ts';
import type { ConfigFile, Environment, Problem } from './config-file.ts';
import { readVariable } from './interpolate-env.ts';

/** Reads a YAML file and fills in `${NAME}` from the environment. Throws ConfigError for what is not YAML. */
export function readYamlFile(path: string, content: string, env: Environment): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) throw yamlErrors(path, content, document, lines);
  const broken = strayAliases(document);
  const missing = interpolate(document, env);
  return {
    value: broken.length > 0 ? {} : unfolded(document, path),
    functions: {},
    broken,
    missing,
    positionOf: (at) => positionOf(document, lines, at),
    placeOf: (at) => (document.hasIn(at) ? `${basename(path)}:${positionOf(document, lines, at).line}` : undefined),
  };
}

/** Aliases of aliases unfold to billions of values, and one within itself never ends: no configuration needs either. */
export function unfolded(document: Document, path: string): unknown {
  try {
    const value: unknown = document.toJS() ?? {};
    // Throws for an alias that contains itself.
    JSON.stringify(value);
    return value;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ConfigError(`${path}: its aliases (*name) unfold to too much, or to themselves.`, {
      code: 'config-yaml',
      hint: 'Write the values out, or name fewer of them.',
      cause: error,
    });
  }
}

/** YAML reads an unquoted value that begins with `*` as the name of another one. It may be half of a secret: it is not shown. */
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
function interpolate(document: Document, env: Environment): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Scalar(key, node, parents) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      node.value = node.value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
        const read = readVariable(env, name);
        if ('value' in read) return read.value;
        problems.push({ path: pathOf(parents), message: read.problem });
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
