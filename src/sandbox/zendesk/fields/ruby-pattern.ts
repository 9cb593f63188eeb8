import { createContext, Script } from 'node:vm';
import { toRegExp } from 'oniguruma-to-es';

/** Where Ruby's engine differs from Oniguruma, for which the library is made: these three are ASCII in Ruby. */
const asciiSets: readonly (readonly [letter: string, set: string])[] = [
  ['w', 'a-zA-Z0-9_'],
  ['d', '0-9'],
  ['s', ' \\t\\r\\n\\f\\v'],
];

const script = new Script('regexp.test(text)');
const scope: { regexp: RegExp; text: string } = { regexp: /$/, text: '' };
const context = createContext(scope);

/**
 * Whether Ruby finds the pattern in the text. A pattern that the library cannot translate matches everything, and one that
 * takes more than a second matches nothing, as a server would have it.
 */
export function matchesRubyPattern(pattern: string, text: string): boolean {
  const regexp = translate(pattern);
  if (!regexp) return true;
  // A pattern with \G is sticky here: it would continue where the last one ended.
  regexp.lastIndex = 0;
  Object.assign(scope, { regexp, text });
  try {
    return script.runInContext(context, { timeout: 1_000 }) === true;
  } catch (error) {
    if (isTimeout(error)) return false;
    throw error;
  }
}

const translations = new Map<string, RegExp | undefined>();

function translate(pattern: string): RegExp | undefined {
  if (!translations.has(pattern)) translations.set(pattern, toJavaScript(pattern));
  return translations.get(pattern);
}

function toJavaScript(pattern: string): RegExp | undefined {
  const ascii = pattern.replaceAll(/\\[\s\S]/g, (escaped) => {
    const [letter, set] = asciiSets.find(([one]) => one === escaped[1]?.toLowerCase()) ?? [];
    if (letter === undefined) return escaped;
    return escaped === `\\${letter}` ? `[${set}]` : `[^${set}]`;
  });
  try {
    return toRegExp(ascii, { avoidSubclass: true });
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** By its code, not its class: it may be an error of the other context. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
