import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'bench', 'scripts'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file.endsWith('.ts'));

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

/** Comments and texts are prose, where such a word may be the right one. */
function withoutProse(source: string): string {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''");
}
