/** The query language of QuickBooks, as far as the API documents and recordings show it. */

export interface Condition {
  readonly field: string;
  readonly operator: string;
  readonly values: readonly (string | number | boolean)[];
}

export interface Query {
  readonly entity: string;
  readonly isCount: boolean;
  readonly conditions: readonly Condition[];
  readonly orderBy?: { readonly field: string; readonly descending: boolean };
  readonly start: number;
  readonly max: number;
}

/** What the real parser answers with fault 4000. The message is the fault's detail. */
export class QuerySyntaxError extends Error {}

const token = /\s*(?:'((?:\\.|[^'\\])*)'|(<=|>=|[=<>(),*])|([A-Za-z_][\w.]*)|(-?\d+(?:\.\d+)?))/y;
const defaultMax = 100;
const maxRows = 1000;

/** Throws QuerySyntaxError where the real parser answers fault 4000. */
export function parseQuery(text: string): Query {
  const tokens = tokenize(text);
  let at = 0;
  const peek = (): string => tokens[at]?.text.toLowerCase() ?? '';
  const take = (): { text: string; isText: boolean } => tokens[at++] ?? fail('the end');
  const expect = (word: string): void => {
    if (take().text.toLowerCase() !== word) fail(word);
  };

  expect('select');
  const isCount = peek() === 'count';
  if (isCount) for (const word of ['count', '(', '*', ')']) expect(word);
  else expect('*');
  expect('from');
  const entity = take().text;
  const conditions: Condition[] = [];
  if (peek() === 'where') {
    do {
      take();
      conditions.push(condition());
    } while (peek() === 'and');
  }
  let orderBy: Query['orderBy'];
  let start = 1;
  let max = defaultMax;
  while (at < tokens.length) {
    const word = take().text.toLowerCase();
    if (word === 'order' || word === 'orderby') {
      if (word === 'order') expect('by');
      const field = take().text;
      const descending = peek() === 'desc';
      if (descending || peek() === 'asc') take();
      orderBy = { field, descending };
    } else if (word === 'startposition') start = Number(take().text);
    else if (word === 'maxresults') max = Math.min(maxRows, Number(take().text));
    else fail(word);
  }
  return { entity, isCount, conditions, start, max, ...(orderBy && { orderBy }) };

  function condition(): Condition {
    const field = take().text;
    const operator = take().text.toUpperCase();
    if (!['=', '<', '>', '<=', '>=', 'IN', 'LIKE'].includes(operator)) fail(operator);
    if (operator !== 'IN') return { field, operator, values: [literal()] };
    expect('(');
    const values = [literal()];
    while (peek() === ',') {
      take();
      values.push(literal());
    }
    expect(')');
    return { field, operator, values };
  }

  function literal(): string | number | boolean {
    const { text: value, isText } = take();
    if (isText) return value;
    if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    return /^-?\d/.test(value) ? Number(value) : fail(value);
  }
}

function tokenize(text: string): { text: string; isText: boolean }[] {
  const tokens: { text: string; isText: boolean }[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const from = token.lastIndex;
    const found = token.exec(text);
    const [, quoted, sign, word, figure] = found ?? [];
    // Curly quotes and other letters beyond Latin-1 are refused inside a literal too (reference: escaping).
    const foreign = [...(quoted ?? '')].findIndex((letter) => letter > '\u00ff');
    const begins = from + text.slice(from).search(/\S/);
    if (!found || foreign >= 0) throw lexicalError(text, found ? begins + 1 + foreign : begins);
    tokens.push(
      quoted === undefined
        ? { text: sign ?? word ?? figure ?? '', isText: false }
        : { text: quoted.replaceAll(/\\(.)/g, '$1'), isText: true },
    );
  }
  return tokens;
}

function lexicalError(text: string, at: number): QuerySyntaxError {
  const odd = text[at] ?? '';
  return new QuerySyntaxError(
    `QueryParserError: Invalid content. Lexical error at line 1, column ${at + 1}.  Encountered: "${odd}" (${odd.charCodeAt(0)}), after : ""`,
  );
}

function fail(near: string): never {
  throw new QuerySyntaxError(`QueryParserError: Encountered " "${near}" "`);
}
