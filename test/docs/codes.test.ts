import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { explanationOf } from '../../src/cli/explanations.ts';
import { usedCodes } from './used-codes.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/reference/codes.md'), 'utf8');
const used = usedCodes();

/** Stand in the source where a type requires a code; no result is without one. */
const fallBacks = ['skipped', 'rejected', 'unknown'];
/** An error that is given no code of its own: every one of ours has one, those of other people's connectors may not. */
const kinds = ['auth 3', 'contract 5'];

const exits = tableUnder('Exit codes').map(([exit]) => exit);
const errors = tableUnder('Errors').map(([exit, code]) => ({ exit, code }));
const lists = ['Skipped', 'Rejected', 'How a result came about', 'Found by an audit', 'The console', 'Warnings'].map(
  (heading) => tableUnder(heading).map(([code]) => code),
);

/** Rows of the table under the heading that begins so, without the marks of code. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const chapter = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const rows = chapter.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .slice(1)
      .split(' | ')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

test('every error that the source constructs is documented, with its exit code, and no other', () => {
  const reported = errors.filter(({ code }) => code !== 'bug').map(({ code, exit }) => `${code} ${exit}`);
  expect(reported.sort()).toEqual([...used.errors.union(new Set(kinds))].sort());
});

test('every reason, reject code and warning in the source is documented', () => {
  const reported = [...lists.flat(), ...errors.map(({ code }) => code), ...fallBacks];
  expect([...used.others].filter((code) => !reported.includes(code))).toEqual([]);
});

test('nothing is documented that the source does not know, and nothing twice', () => {
  expect(lists.flat().filter((code) => !used.others.has(code ?? ''))).toEqual([]);
  for (const list of lists) expect(list).toEqual([...new Set(list)]);
});

test('every reason, reject and finding of an audit has its cause and what to do, wherever one is shown', () => {
  const [skipped = [], rejected = [], , found = []] = lists;
  const all = [...skipped, ...rejected, ...found].map((code) => code ?? '');
  expect(all.length).toBeGreaterThan(25);
  expect(all.filter((code) => explanationOf(code).cause.startsWith('A rule of the source or the mapping'))).toEqual([]);
});

test('every error ends with an exit code that is documented', () => {
  expect(exits).toEqual(['0', '1', '2', '3', '4', '5', '6', '70', '130']);
  expect(errors.filter(({ exit }) => !exits.includes(exit))).toEqual([]);
});
