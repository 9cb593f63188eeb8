import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { createStateBackends } from '../../../src/app/state/backends.ts';
import { run } from '../../../src/cli/start.ts';
import { createRedactor } from '../../../src/core/redaction/redact.ts';
import { testKey } from '../test-key.ts';

/** What one process has compiled, the next need not. */
const compiled = join(tmpdir(), 'rolodesk-test-compiled');

/** The command line's source, for what looks around itself: templates, its own modules. */
export const source = resolve(import.meta.dirname, '../../../src/cli/main.ts');

/** What a process runs: the command line in one piece where the test's run has made it, its source elsewhere. */
export const main = process.env.ROLODESK_TEST_MAIN ?? source;

/** What a command has said, and its exit code. */
export interface CommandOutput {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Ended extends CommandOutput {
  readonly signal: NodeJS.Signals | null;
}

/** The command line in a process of its own, in `cwd`, with nothing of the environment but what is given. */
export function start(
  args: readonly string[],
  {
    cwd,
    env = {},
    stdout: out = 'pipe',
    script = main,
    blocks,
  }: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    /** An open file in the place of the pipe that is read here. */
    readonly stdout?: number | 'pipe';
    /** In place of the command line. */
    readonly script?: string;
    /** No file may grow beyond so many blocks of 512 bytes. */
    readonly blocks?: number;
  },
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', script, ...args];
  const [command = '', ...rest] =
    blocks === undefined ? node : ['sh', '-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', ...node];
  const child = spawn(command, rest, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ROLODESK_KEY: testKey, NODE_COMPILE_CACHE: compiled, ...env },
    stdio: ['pipe', out, 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (part) => {
    stdout += String(part);
  });
  child.stderr?.on('data', (part) => {
    stderr += String(part);
  });
  const ended = new Promise<Ended>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/**
 * A command as `start` would run it, but in this process, which spares the second that a process takes to begin: exit code
 * and all that it prints, without anybody at the keyboard.
 */
export async function rolodesk(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<CommandOutput> {
  const [stdout, stderr] = [createSink(), createSink()];
  const terminal = {
    env: { PATH: process.env.PATH, HOME: cwd, ROLODESK_KEY: testKey, ...env },
    cwd,
    stdin: Object.assign(Object.create(process.stdin), { isTTY: false }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    redactor: createRedactor([]),
    states: createStateBackends(),
    signal: new AbortController().signal,
  };
  const code = await run(terminal, ['node', 'rolodesk', ...args]);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function createSink() {
  let all = '';
  const stream = new Writable({
    write(chunk, _, done) {
      all += String(chunk);
      done();
    },
  });
  return { stream, text: () => all };
}
