import { describe, expect, test } from 'vitest';
import { bashScript } from '../../src/cli/completion/bash.ts';
import { fishScript } from '../../src/cli/completion/fish.ts';
import { zshScript } from '../../src/cli/completion/zsh.ts';
import { asTyped } from '../../src/cli/format/as-typed.ts';
import { allCommands } from '../../src/cli/program/all-commands.ts';
import { globalOptions } from '../../src/cli/program/global-options.ts';
import { longFlag } from '../../src/cli/program/option-flags.ts';
import { askShell, hasShell } from '../kit/processes/shells.ts';

const runId = '6f1c2a3b-0000-4000-8000-000000000001';
/** As `rolodesk runs --json` prints it. */
const runs = JSON.stringify([{ id: runId, kind: 'sync', outcome: 'completed' }], null, 2);

const shells = [
  { name: 'bash', makeScript: bashScript },
  { name: 'zsh', makeScript: zshScript },
  { name: 'fish', makeScript: fishScript },
] as const;

const expected: Readonly<Record<string, readonly string[]>> = {
  'rolodesk sy': ['sync'],
  'rolodesk fields ap': ['apply'],
  'rolodesk connectors ': ['list', 'new', 'test', 'twin'],
  'rolodesk sync --allow': ['--allow-deactivations'],
  'rolodesk connectors new --d': ['--dir'],
  'rolodesk serve --no-l': ['--no-listen'],
  'rolodesk init --environment ': ['production', 'sandbox'],
  'rolodesk connect q': ['quickbooks'],
  'rolodesk alerts ': ['test'],
  'rolodesk show ': [runId],
  'rolodesk undo 6f': [runId],
  'rolodesk sync --plan pl': ['plan.json'],
  'rolodesk link ': [],
  'rolodesk init --environment=p': ['production'],
  'rolodesk show --config other.yaml ': [runId],
};

describe.each(shells)('$name', ({ name, makeScript }) => {
  test('it offers commands, options, their values, files and runs where they fit', { timeout: 60_000 }, ({ skip }) => {
    if (!hasShell(name)) skip(`${name} is not installed`);
    const lines = Object.keys(expected);
    const { byLine, calls } = askShell(name, lines, {
      script: makeScript(),
      rolodeskPrints: runs,
      files: ['plan.json'],
    });
    // Fish repeats an option that its value is joined to.
    const offers = byLine.map((words) => words.map((word) => word.replace('--environment=', '')));
    expect(Object.fromEntries(lines.map((line, at) => [line, offers[at]]))).toEqual(expected);
    // Runs are those of the configuration that the line names.
    expect(new Set(calls)).toEqual(new Set(['runs --json', 'runs --json --config other.yaml']));
  });

  test('its script names every command and every option', () => {
    // Fish declares options without their hyphens.
    const words = new Set(makeScript().match(/[a-z][a-z-]*/g));
    const flags = allCommands.flatMap(({ options }) =>
      Object.entries({ ...options, ...globalOptions }).map(([option, declared]) => longFlag(option, declared).slice(2)),
    );
    const names = allCommands.flatMap((command) => command.name.split(' '));
    expect([...names, ...flags].filter((word) => !words.has(word))).toEqual([]);
  });
});

test('every command can be printed as it is typed in a clone', () => {
  const inClone = { npm_command: 'run-script', npm_package_name: 'rolodesk' };
  const printed = allCommands.map(({ name }) => asTyped(`rolodesk ${name}`, inClone));
  expect(printed).toEqual(allCommands.map(({ name }) => `npm run -s rolodesk -- ${name}`));
});
