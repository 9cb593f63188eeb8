import { Writable } from 'node:stream';
import { setImmediate as drawn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createStateBackends } from '../../src/app/state/backends.ts';
import { createCommandContext } from '../../src/cli/command.ts';
import { describeAudit, describeProgress } from '../../src/cli/format/progress-text.ts';
import { createProgressLine } from '../../src/cli/print/progress.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { Progress } from '../../src/core/domain/run/run-report.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';

const tallies = { read: 12_000, created: 11_000, updated: 0, unchanged: 0, skipped: 999, rejected: 1 };

function reading(more: Partial<Progress> = {}): Progress {
  return { phase: 'read', tallies, inFlight: 0, total: 20_000, ...more };
}

test('a plan says how far it is and how long the rest takes, and that nothing was created', () => {
  expect(describeProgress('plan', reading(), 6_000)).toBe(
    'Planning 12,000 / 20,000 (60 %), about 4 s left · 11,000 to create, 999 to skip, 1 reject',
  );
});

test('a sync says what it has written', () => {
  expect(describeProgress('sync', reading(), 6_000)).toBe(
    'Syncing 12,000 / 20,000 (60 %), about 4 s left · 11,000 created, 999 skipped, 1 rejected',
  );
});

test('an undo says what it has reverted, and creates nobody', () => {
  const undone = { ...tallies, read: 10, created: 0, updated: 10, skipped: 0, rejected: 0 };
  expect(describeProgress('undo', reading({ tallies: undone, total: 225 }), 500)).toBe(
    'Undoing 10 / 225 (4 %) · 10 deleted or changed back',
  );
});

test('where the number of customers is not known it says how many there were so far', () => {
  const { total: _, ...unknown } = reading();
  expect(describeProgress('sync', unknown, 6_000)).toMatch(/^Syncing 12,000 so far · /);
});

test('more customers than were counted are never more than all of them', () => {
  expect(describeProgress('plan', reading({ total: 11_000 }), 6_000)).toMatch(/^Planning 12,000 \/ 12,000 \(100 %\) ·/);
});

test('an audit reads the users first and then compares', () => {
  expect(describeAudit({ users: 3_000, customers: 0 }, 0)).toBe("Auditing: 3,000 of Zendesk's users read");
  expect(describeAudit({ users: 3_000, customers: 500, total: 2_000 }, 2_000)).toBe(
    'Auditing 500 / 2,000 (25 %), about 6 s left · 3,000 users read',
  );
});

/** What a terminal is given, and a way to make it narrower. */
function terminalOf(columns: number) {
  let written = '';
  const stderr = Object.assign(
    new Writable({
      write(chunk, _, done) {
        written += String(chunk);
        done();
      },
    }),
    { isTTY: true, columns },
  );
  const terminal: Terminal = {
    env: {},
    cwd: '/',
    stdin: process.stdin,
    stdout: stderr,
    stderr,
    redactor: createRedactor([]),
    states: createStateBackends(),
    signal: new AbortController().signal,
  };
  const line = createProgressLine(createCommandContext(terminal, { color: false }), () => 0, 'Stopping.');
  const taken = (): string => {
    const text = written;
    written = '';
    return text;
  };
  return { line, stderr, taken };
}

test('the progress is one line, cut to the width of the terminal, and gone at the end', async () => {
  const { line, taken } = terminalOf(20);
  line.show('Syncing 11,000 / 20,000 (55 %)');
  line.show('Syncing 12,000 / 20,000 (60 %)');
  await drawn();
  expect(taken()).toBe('\r\u001b[2KSyncing 12,000 / 2…');
  line.done();
  expect(taken()).toBe('\r\u001b[2K');
  line.done();
  expect(taken()).toBe('');
});

test('a terminal that was made narrower shows one line again: those that the old one became are erased', async () => {
  const { line, stderr, taken } = terminalOf(80);
  line.show('x'.repeat(60));
  await drawn();
  taken();
  stderr.columns = 25;
  line.show('Syncing');
  await drawn();
  expect(taken()).toBe('\r\u001b[2A\u001b[JSyncing');
});
