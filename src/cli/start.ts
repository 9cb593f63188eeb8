import { CommanderError } from 'commander';
import { hintOf } from '../app/hint.ts';
import { createStateBackends } from '../app/state/backends.ts';
import { RolodeskError } from '../core/domain/errors.ts';
import { createRedactor } from '../core/redaction/redact.ts';
import { asTyped } from './format/as-typed.ts';
import { jsonDocument } from './format/json-document.ts';
import { visible } from './format/visible.ts';
import { say } from './print/screen.ts';
import { assertNode, silenceExperimental } from './process/runtime.ts';
import { listenForSignals } from './process/signals.ts';
import { createProgram } from './program/create-program.ts';
import { wordsFor } from './remedies.ts';
import type { Terminal } from './terminal.ts';

/** What is said of output that nobody can read any more: the reader of a pipe or the terminal has gone. */
const goneCodes = new Set(['EPIPE', 'EIO', 'ENXIO', 'ERR_STREAM_DESTROYED']);

const usageExitCode = 2;

/** What a process is started with. */
interface Given {
  readonly env: Terminal['env'];
  readonly argv: readonly string[];
}

/** Runs the command line to its end. Returns the exit code. */
export async function start({ env, argv }: Given): Promise<number> {
  const asJson = argv.includes('--json');
  const output: { error?: Error } = {};
  const terminal = createTerminal(env, output);
  process.on('uncaughtException', (error) => process.exit(fail(terminal, error, asJson)));
  silenceExperimental(process, terminal.stderr);
  const exitCode = await run(terminal, argv);
  await written(process.stdout);
  if (!output.error || exitCode > 1) return exitCode;
  // A document that could not be written whole must not pass for one.
  terminal.stderr.write(`The output can't be written: ${output.error.message}\n`);
  return 6;
}

/** Resolves when everything that was written before has been taken, or cannot be: an event says so then. */
async function written(stream: NodeJS.WritableStream): Promise<void> {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}

/** Runs a command on a terminal. `argv` as a process has it. Returns the exit code; everything that fails is reported there. */
export async function run(terminal: Terminal, argv: readonly string[]): Promise<number> {
  const asJson = argv.includes('--json');
  let exitCode = 0;
  const program = createProgram(terminal, {
    argv,
    ended: (code) => {
      exitCode = code;
    },
  });
  try {
    assertNode(process.versions.node);
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    // Without a command: the help says more than an error.
    if (error instanceof CommanderError && error.code === 'commander.help') {
      program.outputHelp();
      return usageExitCode;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage(terminal, error, asJson);
    return fail(terminal, error, asJson);
  }
}

function createTerminal(env: Given['env'], output: { error?: Error }): Terminal {
  // A reader that has gone away (`| head`) or a closed terminal is not a failure, and does not stop a run.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: Error & { code?: string }) => {
      if (!goneCodes.has(error.code ?? '')) output.error ??= error;
    });
  return {
    env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    redactor: createRedactor([]),
    states: createStateBackends(),
    ...listenForSignals(process),
  };
}

function usage({ stdout, stderr, env }: Terminal, error: CommanderError, asJson: boolean): number {
  const message = visible(error.message.replace(/^error: /, ''));
  const hint = 'rolodesk --help lists the commands.';
  if (asJson) stdout.write(jsonDocument({ error: { code: 'usage', message, hint } }, { isShort: true }));
  say(stderr, message);
  say(stderr, asTyped(hint, env));
  return usageExitCode;
}

function fail(terminal: Terminal, error: unknown, asJson: boolean): number {
  const { env, redactor, signal, stdout, stderr } = terminal;
  const known = error instanceof RolodeskError;
  if (signal.aborted && (known || isAbort(error, signal))) return stopped(terminal, asJson);
  const code = known ? error.code : 'bug';
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = visible(redactor.redact(known ? error.message : `An internal error: ${text}`));
  const asked = known ? hintOf(error, wordsFor) : 'This is a bug in Rolodesk. Run again with -v and report both.';
  const hint = asked && visible(redactor.redact(asked));
  if (asJson) stdout.write(jsonDocument({ error: { code, message, ...(hint && { hint }) } }, { isShort: true }));
  say(stderr, asTyped(message, env));
  if (hint) say(stderr, asTyped(hint, env));
  return known ? error.exitCode : 70;
}

/** What was cut short because we asked it to has not failed. */
function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || (error instanceof Error && error.name === 'AbortError');
}

function stopped({ stdout, stderr }: Terminal, asJson: boolean): number {
  const message = 'Stopped when asked.';
  if (asJson) stdout.write(jsonDocument({ error: { code: 'interrupted', message } }, { isShort: true }));
  stderr.write(`${message}\n`);
  return 130;
}
