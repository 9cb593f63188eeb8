import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, type TestContext, test } from 'vitest';
import { textOfRecording } from '../../scripts/recording/recording.ts';
import { createStateBackends } from '../../src/app/state/backends.ts';
import { createProgram } from '../../src/cli/program/create-program.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { visit } from '../kit/browser.ts';
import { testKey } from '../kit/test-key.ts';
import { pages, root, type Shown, shownIn } from './pages.ts';

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

const isDemo = ({ command }: Shown): boolean => command === 'rolodesk demo';
/** The page that begins without a configuration. */
const fromNothing = 'docs/connect.md';
const runsRolodesk = (page: string): boolean => shownIn(page).some(({ command }) => command.startsWith('rolodesk '));
const sessions = pages.filter((page) => runsRolodesk(page) && page !== fromNothing);

// Together: the demo waits for most of its time.
test.concurrent('the picture of the README shows what the demo prints', { timeout: 120_000 }, async ({
  onTestFinished,
}) => {
  const { text } = await run(['rolodesk', 'demo'], folder(onTestFinished));
  const lines = unfolded(textOfRecording(readFileSync(join(root, 'docs/demo.svg'), 'utf8')));
  // A terminal folds lines at a space.
  expect(lines).toBe(unfolded(`$ rolodesk demo\n${text}`));
});

test.concurrent.each(sessions)(
  '%s: its commands print what it shows, and exit as it says',
  {
    timeout: 120_000,
  },
  async (page) => {
    await inSandbox(async (cwd, box) => {
      writeFileSync(join(cwd, 'rolodesk.yaml'), box.configText());
      await showsAll(
        shownIn(page).filter((shown) => !isDemo(shown)),
        cwd,
      );
    });
  },
);

test.concurrent(`${fromNothing}: from init to the first sync it prints what it shows`, {
  timeout: 120_000,
}, async () => {
  await inSandbox(async (cwd, box) => {
    const portOf = ({ url }: { readonly url: string }): string => new URL(url).port;
    const ports = `--quickbooks-port ${portOf(box.quickbooks)} --zendesk-port ${portOf(box.zendesk)}`;
    await showsAll(shownIn(fromNothing), cwd, (command) =>
      command.replace('--sandbox', `--sandbox ${ports}`).replace(/^rolodesk connect .*/, '$& --port 0'),
    );
  });
});

/** The sandbox of these pages, and an empty folder. */
async function inSandbox(play: (cwd: string, box: Sandbox) => Promise<void>): Promise<void> {
  const box = await startSandbox({ customers: 250, users: 40, jobLatencyMs: 5 });
  const cwd = mkdtempSync(join(tmpdir(), 'rolodesk-page-'));
  try {
    await play(cwd, box);
  } finally {
    await box.close();
    rmSync(cwd, { recursive: true, force: true });
  }
}

function folder(onTestFinished: TestContext['onTestFinished']): string {
  const made = mkdtempSync(join(tmpdir(), 'rolodesk-readme-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** In one line, with single spaces. */
function unfolded(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
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
    states: createStateBackends(),
    signal,
  };
  const argv = ['node', 'rolodesk', ...args];
  const program = createProgram(terminal, {
    argv,
    ended: (code) => {
      exit = code;
    },
  });
  await program.parseAsync(argv);
  return { text, exit };
}
