import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Words that only this code used, with the field's word that took their place. A name that holds one is found by its humps. */
const banned: readonly (readonly [word: string, instead: string])[] = [
  ['beside', 'related resources'],
  ['cliff', 'expiry'],
  ['demand', 'assert'],
  ['fitting', 'field coercer'],
  ['foresee', 'simulate'],
  ['forecast', 'estimate'],
  ['foresight', 'simulator'],
  ['hear', 'webhook, pending changes'],
  ['heard', 'pending changes'],
  ['hearing', 'webhook receiver'],
  ['judge', 'decide, classify'],
  ['letGo', 'releaseEmail'],
  ['misfit', 'invalid value'],
  ['rehearse', 'dry run'],
  ['takeBack', 'revert'],
  ['underWay', 'in flight'],
  ['most', 'max'],
  ['longest', 'max'],
  ['shortest', 'min'],
  ['latest', 'max'],
  ['soonest', 'min'],
];

/** Limits are banned at the beginning of a name only: `almostDone` is nobody's limit. */
const limits = new Set(['most', 'longest', 'shortest', 'latest', 'soonest']);

/** Names that are right where they stand. */
const allowed = new Set([
  // Members of what version 0.1 left in the state, in src/connectors/zendesk/write/intents.ts.
  'beside',
  'letGo',
  // Not a limit: the order in which texts are looked for.
  'longestFirst',
]);

const pattern = banned.map(([word]) => {
  const capital = `${word[0]?.toUpperCase()}${word.slice(1)}`;
  const end = '(?![a-z])';
  return limits.has(word)
    ? `\\b${word}(?=[A-Z])\\w*`
    : `\\b(?:${word}${end}\\w*|[a-z]\\w*${capital}${end}\\w*|${capital}${end}\\w*)`;
});
const names = new RegExp(pattern.join('|'), 'g');

const files = listed('src', 'bench', 'scripts').filter((file) => file.endsWith('.ts'));

/** Files of the repository, also new ones, as far as they are there. */
function listed(...places: readonly string[]): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', ...places];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(resolve(root, file)));
}

test('no name of the source holds a word that the field does not know', () => {
  const found = files.flatMap((file) => {
    const code = withoutProse(readFileSync(resolve(root, file), 'utf8'));
    const held = [...code.matchAll(names)].map(([name]) => name).filter((name) => !allowed.has(name));
    return [...new Set(held)].map((name) => `${file}: ${name}`);
  });
  expect(found).toEqual([]);
});

test('a name that holds such a word is found, and one that only looks like it is not', () => {
  const held = 'const createHearing = judgeRows(mostTries, underWay); const almostDone = { shear, heartbeat };';
  expect([...held.matchAll(names)].map(([name]) => name)).toEqual([
    'createHearing',
    'judgeRows',
    'mostTries',
    'underWay',
  ]);
});

/**
 * Words that are unambiguous in prose as well. Not banned there: `lane` (streets, and a column of the state), `tell` (nobody can
 * tell two keys apart), `demand` after `on`, and words of other senses such as `fitting`, `most`, `latest` and `forecast`.
 */
const bannedInProse: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\bhear(?:s|d|ing)?\b/i, 'receive a webhook; learn of'],
  [/\bbeside\b/i, 'next to; related resources'],
  [/\bjudg(?:e[sd]?|ing|e?ments?)\b/i, 'decide; classify'],
  [/\bfores(?:ees?|een|aw|ight)\b/i, 'simulate'],
  [/\brehears(?:e[sd]?|als?|ing)\b/i, 'dry run; test environment'],
  [/\b(?:take[sn]?|took|taking)\s+back\b/i, 'revert'],
  [/\bunder[\s*/]+way\b/i, 'in flight; in progress'],
  [/\bheld\s+back\b/i, 'held; deferred'],
  [/(?<!\bon\s)\bdemand(?:s|ed|ing)?\b/i, 'assert; require'],
  [/\b(?:told|tells?)\s+(?:(?:us|them|it|her|him|nobody)\s+)?of\b/i, 'report; show'],
  [/\banew\b/i, 'again'],
  [/\bcan not\b/i, 'cannot'],
];

/** Where such a word is right: the words around it, and why. */
const allowedInProse: readonly (readonly [around: RegExp, why: string])[] = [
  [/Heard Island/g, 'a country'],
  [/[.']rehearsal-\d?/g, 'what the private copy of a plan was called; a killed process may have left one'],
  [/\bbeside: ('related'|\{ organizations)/g, 'a member of intents of version 0.1'],
];

const proseFiles = listed('src', 'bench', 'scripts', 'test', 'docs', 'examples', 'templates', '*.md').filter(
  (file) =>
    /\.(ts|mjs|md|ya?ml|service|example)$/.test(file) &&
    // The changelog says what had which name before.
    !['test/words.test.ts', 'CHANGELOG.md'].includes(file),
);

function oddWordsIn(text: string): readonly string[] {
  const prose = allowedInProse.reduce((rest, [around]) => rest.replaceAll(around, ''), text);
  return bannedInProse.flatMap(([word, instead]) => {
    const found = word.exec(prose);
    return found ? [`${found[0]} (${instead})`] : [];
  });
}

test('no comment, message, test or page holds a word that only this code used', () => {
  const found = proseFiles.flatMap((file) =>
    oddWordsIn(readFileSync(resolve(root, file), 'utf8')).map((words) => `${file}: ${words}`),
  );
  expect(found).toEqual([]);
});

test('such a word is found across lines, and another sense of it is not', () => {
  expect(oddWordsIn('a run that is under\n * way, and takes\nback what it told us of').length).toBe(3);
  expect(oddWordsIn('Heard Island, read on demand: nobody can tell them apart, heartbeat')).toEqual([]);
});

/** Comments and texts are prose, where such a word may be the right one. */
function withoutProse(source: string): string {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''");
}
