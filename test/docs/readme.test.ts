import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, type TestContext, test } from 'vitest';
import { createProgram } from '../../src/cli/program/create-program.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { visit } from '../kit/browser.ts';
import { testKey } from '../kit/test-key.ts';
import { type Shown, shownIn } from './pages.ts';

const runId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Without what is another one each time: runs, times, how often jobs were asked for. */
function lasting(line: string): string {
  return line
    .replaceAll(runId, 'RUN')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY')
    .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, 'HERE')
    .replaceAll(/\?\S+/g, '?…')
    .replaceAll(/\d+(\.\d+)? s\b/g, 'N s')
    .replaceAll(/\d+ Zendesk calls/g, 'N Zendesk calls')
    .replaceAll(/\buser \d{12}\b/g, 'user ID');
}

const shown = shownIn('README.md');
/** From nothing to the first sync, with accounts of its own. */
const beginning = shown.slice(
  shown.findIndex(({ command }) => command === 'rolodesk init --sandbox'),
  shown.findIndex(({ command }) => command.startsWith('rolodesk plan --out')),
);
const isDemo = ({ command }: Shown): boolean => command === 'rolodesk demo';

// Together: the demo waits for most of its time.
test.concurrent('the demo prints what the README shows', { timeout: 120_000 }, async ({ onTestFinished }) => {
  await showsAll(shown.filter(isDemo), folder(onTestFinished));
});

test.concurrent('the commands of the README print what it shows, and exit as it says', {
  timeout: 120_000,
}, async ({ onTestFinished }) => {
  const box = await startSandbox({ customers: 250, users: 40, jobLatencyMs: 5 });
  onTestFinished(() => box.close());
  const cwd = folder(onTestFinished);
  writeFileSync(join(cwd, 'rolodesk.yaml'), box.configText());
  await showsAll(
    shown.filter((one) => !isDemo(one) && !beginning.includes(one)),
    cwd,
  );
});

test.concurrent('from init to the first sync it prints what the README shows', {
  timeout: 120_000,
}, async ({ onTestFinished }) => {
  const box = await startSandbox({ customers: 250, users: 40, jobLatencyMs: 5 });
  onTestFinished(() => box.close());
  const portOf = ({ url }: { readonly url: string }): string => new URL(url).port;
  const ports = `--quickbooks-port ${portOf(box.quickbooks)} --zendesk-port ${portOf(box.zendesk)}`;
  expect(beginning).toHaveLength(6);
  await showsAll(beginning, folder(onTestFinished), (command) =>
    command.replace('--sandbox', `--sandbox ${ports}`).replace(/^rolodesk connect .*/, '$& --port 0'),
  );
});

function folder(onTestFinished: TestContext['onTestFinished']): string {
  const made = mkdtempSync(join(tmpdir(), 'rolodesk-readme-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** `here`: the command as it is given in this place. */
async function showsAll(
  all: readonly Shown[],
  cwd: string,
  here = (command: string): string => command,
): Promise<void> {
  expect(all.length).toBeGreaterThan(0);
  /** Run of the README → run of this test. */
  const runs = new Map<string, string>();
  for (const { command, exit, lines } of all) {
    const printed = await run(here(command.replaceAll(runId, (id) => runs.get(id) ?? id)).split(' '), cwd);
    expect(printed.exit, command).toBe(exit);
    let rest = printed.text.split('\n');
    for (const line of lines) {
      const at = rest.findIndex((actual) => lasting(actual) === lasting(line));
      expect(at >= 0 ? 'printed' : printed.text, `${command}: ${line}`).toBe('printed');
      const actual = rest[at] ?? '';
      line.match(runId)?.forEach((id, position) => {
        runs.set(id, actual.match(runId)?.[position] ?? '');
      });
      rest = rest.slice(at + 1);
    }
  }
}

async function run(
  [, ...args]: readonly string[],
  cwd: string,
): Promise<{ readonly text: string; readonly exit: number }> {
  let text = '';
  let exit = 0;
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const isConnect = args[0] === 'connect';
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      // Of a sign-in, all is shown; and somebody goes where it says.
      if (isConnect) text += String(chunk);
      const [url] = /http\S+\?response_type\S+/.exec(String(chunk)) ?? [];
      if (url !== undefined) void visit(url);
      done();
    },
  });
  const { signal } = new AbortController();
  const env = { HOME: cwd, ROLODESK_KEY: testKey };
  const terminal = {
    env,
    cwd,
    stdin: Object.assign(Object.create(process.stdin), { isTTY: false }),
    stdout,
    stderr,
    redactor: createRedactor([]),
    signal,
  };
  const program = createProgram(terminal, (code) => {
    exit = code;
  });
  await program.parseAsync(['node', 'rolodesk', ...args]);
  return { text, exit };
}
