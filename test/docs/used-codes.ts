import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface UsedCodes {
  /** `code exit` of every error that the source constructs. */
  readonly errors: ReadonlySet<string>;
  /** Codes that stand anywhere else: results, dead letters, warnings. */
  readonly others: ReadonlySet<string>;
}

/** Every code that stands in the source as a literal, found by how codes are written there: `code: 'x'`, `reason: 'x'`. */
export function usedCodes(): UsedCodes {
  const classes = errorClasses();
  const errors = new Set<string>();
  const others = new Set<string>();
  for (const file of globSync('src/**/*.ts', { cwd: root, exclude: ['src/sandbox/**'] })) {
    const text = readFileSync(resolve(root, file), 'utf8').replaceAll(
      /^\s*(\/\/|\/?\*).*$|[!=]==\s*'[^']*'|'code' in/gm,
      '',
    );
    let rest = text;
    for (const match of text.matchAll(/new (\w+Error)\(/g)) {
      const found = classes.get(match[1] ?? '');
      if (!found) continue;
      const call = callAt(text, match.index);
      rest = rest.replace(call, '');
      const codes = codesIn(call);
      for (const code of codes.length > 0 ? codes : [found.code]) errors.add(`${code} ${found.exit}`);
    }
    for (const code of codesIn(rest)) others.add(code);
  }
  return { errors, others };
}

/** Name → exit code and the code of those that are given none. */
function errorClasses(): ReadonlyMap<string, { readonly code: string; readonly exit: number }> {
  const text = readFileSync(resolve(root, 'src/core/domain/errors.ts'), 'utf8');
  const known = new Map<string, { readonly code: string; readonly exit: number }>();
  for (const [, name = '', body = ''] of text.matchAll(/^export class (\w+) extends RolodeskError \{(.*?)^\}/gms)) {
    const exit = Number(/exitCode = (\d+)/.exec(body)?.[1]);
    known.set(name, { exit, code: /options\.code \?\? '([a-z-]+)'/.exec(body)?.[1] ?? '' });
  }
  for (const file of globSync('src/**/*.ts', { cwd: root })) {
    const derived = readFileSync(resolve(root, file), 'utf8').matchAll(/class (\w+) extends (\w+Error)\b/g);
    for (const [, name = '', parent = ''] of derived) {
      const of = known.get(parent);
      if (of) known.set(name, of);
    }
  }
  return known;
}

/** From `new` to the parenthesis that closes the call, strings and templates looked through. */
function callAt(text: string, start: number): string {
  let depth = 0;
  let quote = '';
  for (let at = text.indexOf('(', start); at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (quote !== '') {
      if (letter === '\\') at += 1;
      else if (letter === quote) quote = '';
    } else if (`'"\``.includes(letter)) quote = letter;
    else if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    if (depth === 0) return text.slice(start, at + 1);
  }
  return text.slice(start);
}

function codesIn(text: string): string[] {
  const places = text.matchAll(/\b(?:code|reason)\b\??\s*(?::|=(?![=>]))\s*((?:\$\{[^}]*\}|[^,;{}\n])*)/g);
  return [...places].flatMap(([, value = '']) =>
    [...value.matchAll(/'([a-z][a-z0-9-]*)'|`([a-z][a-z0-9-]*)\$\{[^}]*\}`/g)].map(
      ([, whole, start]) => whole ?? `${start}N`,
    ),
  );
}
