import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** docs/reference/library.md, from the declarations that `src/index.ts` exports and the comments above them. */
export function libraryReference(): string {
  const declared = exportsOf(resolve(root, 'src/index.ts')).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const ofKind = (wanted: Declaration['kind']): readonly string[] =>
    declared.filter(({ name, kind }) => kind === wanted && name !== first).map(chapter);
  return [
    '# Library',
    'Made by `npm run docs` from the declarations in the source: everything that `rolodesk` exports. [Library](../library.md) shows how to use it.',
    '## Functions',
    ...ofKind('function'),
    '## The pipeline',
    ...declared.filter(({ name }) => name === first).map(chapter),
    '## Errors',
    ...ofKind('class'),
    '## Types',
    ...ofKind('type'),
  ].join('\n\n');
}

/** What everybody looks for. */
const first = 'OpenedPipeline';
const root = resolve(import.meta.dirname, '../..');

interface Declaration {
  /** As it is exported. */
  readonly name: string;
  readonly kind: 'function' | 'class' | 'type';
  readonly comment: string;
  readonly code: string;
}

type Statement = ReturnType<typeof parseAst>['body'][number];
type Exported = Extract<Statement, { type: 'ExportNamedDeclaration' }>;

interface Parsed {
  readonly text: string;
  readonly exported: readonly Exported[];
}

const parsed = new Map<string, Parsed>();

function parse(path: string): Parsed {
  const known = parsed.get(path);
  if (known) return known;
  const text = readFileSync(path, 'utf8');
  const { body } = parseAst(text, { lang: 'ts', sourceType: 'module' });
  const found = { text, exported: body.filter((one): one is Exported => one.type === 'ExportNamedDeclaration') };
  parsed.set(path, found);
  return found;
}

/** In the order in which they are exported. */
function exportsOf(path: string): readonly Declaration[] {
  return parse(path).exported.flatMap(({ source, specifiers }) =>
    specifiers.map(({ local, exported }) => {
      if (!source) throw new Error(`${path} declares ${textOf(local)}: expected it to export what others declare.`);
      return declarationOf(resolve(dirname(path), source.value), textOf(local), textOf(exported));
    }),
  );
}

function declarationOf(path: string, name: string, as: string): Declaration {
  const { text, exported } = parse(path);
  for (const statement of exported) {
    const { declaration, source, specifiers, start } = statement;
    const through = specifiers.find((one) => textOf(one.exported) === name);
    if (through && source) return declarationOf(resolve(dirname(path), source.value), textOf(through.local), as);
    if (!declaration || !('id' in declaration) || nameOf(declaration.id) !== name) continue;
    const code = codeOf(declaration, text);
    return { name: as, comment: commentBefore(text, start), ...code };
  }
  throw new Error(`${path} does not declare ${name}.`);
}

function textOf(name: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return name.name ?? String(name.value);
}

function nameOf(id: object | null): unknown {
  return id && 'name' in id ? id.name : undefined;
}

function codeOf(declaration: NonNullable<Exported['declaration']>, text: string): Pick<Declaration, 'kind' | 'code'> {
  switch (declaration.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction': {
      const end = declaration.body?.start ?? declaration.end;
      return {
        kind: 'function',
        code: `${text
          .slice(declaration.start, end)
          .replace(/^async /, '')
          .trim()};`,
      };
    }
    case 'ClassDeclaration': {
      const head = text.slice(declaration.start, declaration.body.start).trim();
      const members = declaration.body.body
        .filter(({ type }) => type === 'PropertyDefinition' || type === 'TSAbstractPropertyDefinition')
        .map(({ start, end }) => `${indentedComment(text, start)}  ${text.slice(start, end)}`);
      return { kind: 'class', code: `${head} {\n${members.join('\n')}\n}` };
    }
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return { kind: 'type', code: text.slice(declaration.start, declaration.end) };
    default:
      throw new Error(`${declaration.type} has no place in the reference yet.`);
  }
}

/** The words of the comment right above, as one paragraph for each blank line in it. */
function commentBefore(text: string, start: number): string {
  const found = commentAt(text, start);
  const lines = found.replace(/^\/\*\*|\*\/$/g, '').split('\n');
  return lines
    .map((line) => line.replace(/^\s*\*?\s?/, '').trim())
    .join('\n')
    .trim()
    .replaceAll(/([^\n])\n(?=[^\n])/g, '$1 ');
}

function indentedComment(text: string, start: number): string {
  const found = commentAt(text, start);
  return found === '' ? '' : `  ${found}\n`;
}

function commentAt(text: string, start: number): string {
  return /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(text.slice(0, start))?.[0].trim() ?? '';
}

function chapter({ name, comment, code }: Declaration): string {
  return [`### ${name}`, ...(comment === '' ? [] : [comment]), `\`\`\`ts\n${code}\n\`\`\``].join('\n\n');
}
