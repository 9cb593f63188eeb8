import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { flagsByCommand } from '../../scripts/reference/commands.ts';
import { allCommands } from '../../src/cli/program/all-commands.ts';

const folder = resolve(import.meta.dirname, '../../src/cli/commands');

/** On a terminal of 80 columns `rolodesk --help` leaves this much next to the longest name. */
const maxSummaryLength = 63;

test('every command is registered once, under a name of its own', () => {
  const defined = globSync('**/*.ts', { cwd: folder }).flatMap((file) =>
    [...readFileSync(resolve(folder, file), 'utf8').matchAll(/^ {2}name: '([^']+)'/gm)].map(([, name]) => name),
  );
  expect(allCommands.map(({ name }) => name).sort()).toEqual(defined.sort());
  expect(new Set(defined).size).toBe(defined.length);
});

test('a definition loads its handler only when it runs, so that help is quick', () => {
  const loaded = globSync('**/*.ts', { cwd: folder }).flatMap((file) =>
    [...readFileSync(resolve(folder, file), 'utf8').matchAll(/^import (?!type )[^;]*from '([^']+)'/gm)].map(
      ([, path = '']) => path.replace(/^(\.\.\/)+/, ''),
    ),
  );
  const light = ['./named-state.ts', 'program/command-inputs.ts', 'program/define-command.ts', 'core/domain/errors.ts'];
  expect([...new Set(loaded)].filter((path) => !light.includes(path))).toEqual([]);
});

test.each(allCommands)(
  '$name: its summary is a sentence on one line, and its examples use its own options',
  (command) => {
    const { name, summary, examples } = command;
    expect(summary).toMatch(/^[A-Z].*\.$/);
    if (!name.includes(' ')) expect(summary.length).toBeLessThanOrEqual(maxSummaryLength);
    const flags = flagsByCommand().get(name.replace(/ .*/, '')) ?? [];
    const used = examples.flatMap((example) => example.match(/(?<= )--?[a-z][a-z-]*/g) ?? []);
    expect(used.filter((flag) => !flags.includes(flag))).toEqual([]);
    for (const example of examples) expect(example).toContain(`rolodesk ${name}`);
  },
);
