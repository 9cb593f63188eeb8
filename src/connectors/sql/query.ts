/** What must be known of a query without a database: that it is one SELECT, and where its parameters are. */

interface Mark {
  readonly kind: 'semicolon' | 'since' | 'parameter' | 'question';
  readonly at: number;
  readonly text: string;
}

/**
 * What is not code, and what may be looked for in it, from left to right: comments (of `/*` the beginning), quoted text with
 * its doubled quotes, dollar quotes of PostgreSQL, casts, and the marks themselves.
 */
const tokens =
  /--[^\n]*|\/\*|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|::|[;?]|[:@$][A-Za-z_]\w*|\$\d+/g;

function marksIn(query: string): readonly Mark[] {
  return [...tokensIn(query)].flatMap(({ 0: text, index: at }): Mark[] => {
    if (text === ';') return [{ kind: 'semicolon', at, text }];
    if (text === '?') return [{ kind: 'question', at, text }];
    if (text === ':since') return [{ kind: 'since', at, text }];
    return /^[:@$]\w+$/.test(text) ? [{ kind: 'parameter', at, text }] : [];
  });
}

function* tokensIn(query: string): Generator<RegExpExecArray> {
  const pattern = new RegExp(tokens);
  for (let found = pattern.exec(query); found; found = pattern.exec(query)) {
    if (found[0] === '/*') pattern.lastIndex = endOfComment(query, found.index);
    else yield found;
  }
}

/** PostgreSQL's comments nest, SQLite's do not: where the outer one is never closed, the inner one was none. */
function endOfComment(query: string, from: number): number {
  let depth = 0;
  let first: number | undefined;
  for (const { 0: mark, index } of query.slice(from).matchAll(/\/\*|\*\//g)) {
    depth += mark === '/*' ? 1 : -1;
    if (mark === '*/') first ??= from + index + mark.length;
    if (depth === 0) return from + index + mark.length;
  }
  return first ?? from + '/*'.length;
}

/** Why it is not one SELECT that can be run; undefined where it may be. */
export function queryProblem(query: string): string | undefined {
  const bare = withoutComments(query);
  if (!/^(select|with|values)\b/i.test(bare)) return 'expected one SELECT statement';
  const marks = marksIn(withoutEnd(query));
  if (marks.some(({ kind }) => kind === 'semicolon')) return 'expected one statement, found several';
  // Nobody would fill it, and SQLite takes such a one for NULL: a condition that no row meets.
  const other = marks.find(({ kind }) => kind === 'parameter');
  return other && `the parameter ${other.text} has no value: only :since has one`;
}

/** A parameter to SQLite, and an operator to PostgreSQL. */
export function hasQuestionMark(query: string): boolean {
  return marksIn(query).some(({ kind }) => kind === 'question');
}

export function usesSince(query: string): boolean {
  return marksIn(query).some(({ kind }) => kind === 'since');
}

/** The query with another word in the place of :since, without a semicolon at its end. */
export function withSince(query: string, word: string): string {
  const text = withoutEnd(query);
  return marksIn(text)
    .filter(({ kind }) => kind === 'since')
    .reduceRight((done, { at }) => `${done.slice(0, at)}${word}${done.slice(at + ':since'.length)}`, text);
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** From the first word on. */
function withoutComments(query: string): string {
  const rest = query.replace(/^(\s|--[^\n]*(\n|$)|\()+/, '');
  return rest.startsWith('/*') ? withoutComments(rest.slice(endOfComment(rest, 0))) : rest;
}

/** Without semicolons that nothing but space or comments follow. */
function withoutEnd(query: string): string {
  const last = marksIn(query).findLast(({ kind }) => kind === 'semicolon');
  if (!last || withoutComments(query.slice(last.at + 1)) !== '') return query;
  return withoutEnd(query.slice(0, last.at));
}
