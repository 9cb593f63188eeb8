/** What Ruby's escapes are here. `\A` and `\z` are ends of the text, `^` and `$` (always) ends of a line. */
const escapes: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  z: '(?![\\s\\S])',
  Z: '(?=\\n?(?![\\s\\S]))',
  h: '[0-9a-fA-F]',
  H: '[^0-9a-fA-F]',
};
const sameEscapes = /^[dDwWsSbBnrtfv0-9]$/;

const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  xdigit: '0-9a-fA-F',
  word: '\\w',
  punct: '!-\\/:-@\\[-`{-~',
};

/** A Ruby pattern as JavaScript reads it. Undefined where the two may differ: better no answer than a guess. */
export function readRubyRegexp(pattern: string): RegExp | undefined {
  const insensitive = pattern.startsWith('(?i)');
  const source = translate(insensitive ? pattern.slice(4) : pattern);
  if (source === undefined) return undefined;
  try {
    return new RegExp(source, insensitive ? 'mi' : 'm');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function translate(pattern: string): string | undefined {
  let rest = pattern;
  let out = '';
  while (rest !== '') {
    const [taken, put] = nextPart(rest) ?? [];
    if (taken === undefined || put === undefined) return undefined;
    out += put;
    rest = rest.slice(taken.length);
  }
  return out;
}

/** What the pattern begins with, and how it is written here. */
function nextPart(rest: string): readonly [taken: string, put: string] | undefined {
  if (rest[0] === '\\') return escaped(rest);
  if (rest[0] === '[') return characterClass(rest);
  if (rest.startsWith('(?')) {
    const group = /^\(\?(?::|=|!|<=|<!|<[A-Za-z_]\w*>)/.exec(rest)?.[0];
    return group === undefined ? undefined : [group, group];
  }
  // Possessive where Ruby reads it so, a syntax error here.
  if (/^[*+?]\+/.test(rest)) return undefined;
  const upTo = /^\{,(\d+)\}/.exec(rest);
  if (upTo) return [upTo[0], `{0,${upTo[1]}}`];
  const letter = rest[0] ?? '';
  return [letter, letter];
}

function escaped(rest: string): readonly [string, string] | undefined {
  const letter = rest[1];
  if (letter === undefined) return undefined;
  const taken = `\\${letter}`;
  const own = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
  if (own !== undefined) return [taken, own];
  if (sameEscapes.test(letter)) return [taken, taken];
  const code = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/.exec(rest)?.[0];
  if (code !== undefined) return [code, code];
  // A letter that is no escape here may be one in Ruby. Anything else stands for itself in both.
  return /[A-Za-z]/.test(letter) ? undefined : [taken, taken];
}

function characterClass(rest: string): readonly [string, string] | undefined {
  const head = rest.startsWith('[^') ? '[^' : '[';
  let at = head.length;
  let out = head;
  while (at < rest.length) {
    const inner = rest.slice(at);
    if (inner[0] === ']' && at > head.length) return [rest.slice(0, at + 1), `${out}]`];
    const [taken, put] = classPart(inner) ?? [];
    if (taken === undefined || put === undefined) return undefined;
    out += put;
    at += taken.length;
  }
  return undefined;
}

function classPart(inner: string): readonly [string, string] | undefined {
  const posix = /^\[:(\w+):\]/.exec(inner);
  if (posix) {
    const letters = posixClasses[posix[1] ?? ''];
    return letters === undefined ? undefined : [posix[0], letters];
  }
  // A class within a class, and the intersection of two.
  if (inner[0] === '[' || inner[0] === ']' || inner.startsWith('&&')) return undefined;
  if (inner[0] !== '\\') return [inner[0] ?? '', inner[0] ?? ''];
  const found = escaped(inner);
  if (found?.[1].startsWith('(') === true || found?.[0] === '\\H') return undefined;
  return found?.[0] === '\\h' ? [found[0], '0-9a-fA-F'] : found;
}
