import { createContext, Script } from 'node:vm';

/** How long one value may be held against a pattern. Real ones take microseconds. */
const maxTestMs = 100;
/** The time is the clock's, which also runs while a busy machine does something else. */
const maxAttempts = 3;
/** A text of this length is read in no time by a pattern with one repetition, whatever it holds. */
const shortText = 1_000;

const script = new Script('pattern.test(text)');
const sandbox: { pattern: RegExp; text: string } = { pattern: /$/, text: '' };
const context = createContext(sandbox);

/**
 * Whether the text matches, or undefined if that takes too long: a pattern such as `(a+)+` backtracks for years on a text
 * of 50 letters. Only V8's own time-out ends a match; it costs some 0.1 ms, so patterns that need none do without.
 */
export function testWithinTime(pattern: RegExp, text: string): boolean | undefined {
  if (text.length <= shortText && repeatsOnceAtMost(pattern.source)) return pattern.test(text);
  Object.assign(sandbox, { pattern, text });
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const isMatch = runOnce();
    if (isMatch !== undefined) return isMatch;
  }
  return undefined;
}

function runOnce(): boolean | undefined {
  try {
    // The script is a call of `test`, whose result is a boolean.
    return script.runInContext(context, { timeout: maxTestMs }) as boolean;
  } catch (error) {
    if (isTooCostly(error)) return undefined;
    throw error;
  }
}

/** At most one repetition of changing length, and of no group: no two ways to read a text, hence nothing to go back to. */
function repeatsOnceAtMost(source: string): boolean {
  const bare = source
    .replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'x')
    .replaceAll(/\(\?(?:<?[=!]|[ims-]*:|<\w+>)/g, '(')
    .replaceAll(/\{\d+\}/g, '');
  return !/\)[*+?{]/.test(bare) && (bare.match(/[*+?]|\{\d+,/g) ?? []).length <= 1;
}

/** Also a text of megabytes that fills the engine's stack. Not asked for its class: it may be an error of the other context. */
function isTooCostly(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return (
    ('code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') ||
    ('name' in error && error.name === 'RangeError')
  );
}
