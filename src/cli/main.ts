#!/usr/bin/env node
import { CommanderError } from 'commander';
import { RolodeskError } from '../core/errors.ts';
import { createRedactor } from '../core/redact.ts';
import { createProgram } from './program/create-program.ts';
import { demandNode, limitMemory, silenceExperimental } from './runtime.ts';
import { listenForStop } from './stop.ts';
import type { Terminal } from './terminal.ts';

/** What is said of output that nobody can read any more: the reader of a pipe or the terminal has gone. */
const goneCodes = new Set(['EPIPE', 'EIO', 'ENXIO', 'ERR_STREAM_DESTROYED']);

let outputError: Error | undefined;
const terminal = createTerminal();
process.exitCode = outcomeOf(await main(process.argv));

async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    demandNode(process.versions.node);
    silenceExperimental(process, terminal.stderr);
    limitMemory();
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage(error, argv);
    return fail(error, argv.includes('--json'));
  }
}

function createTerminal(): Terminal {
  const redactor = createRedactor([]);
  // A reader that has gone away (`| head`) and a closed terminal are no failure, and no reason to break off a run.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: Error & { code?: string }) => {
      if (!goneCodes.has(error.code ?? '')) outputError ??= error;
    });
  process.on('uncaughtException', (error) => process.exit(fail(error, process.argv.includes('--json'))));
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    redactor,
    signal: listenForStop(process),
  };
}

/** A document that could not be written whole must not pass for one. */
function outcomeOf(exitCode: number): number {
  if (!outputError || exitCode > 1) return exitCode;
  terminal.stderr.write(`The output can't be written: ${outputError.message}\n`);
  return 6;
}

function usage(error: CommanderError, argv: readonly string[]): number {
  const message = error.message.replace(/^error: /, '');
  if (argv.includes('--json'))
    terminal.stdout.write(
      `${JSON.stringify({ error: { code: 'usage', message, hint: 'rolodesk --help lists the commands.' } })}\n`,
    );
  terminal.stderr.write(`${message}\nrolodesk --help lists the commands.\n`);
  return 2;
}

function fail(error: unknown, asJson: boolean): number {
  const { redact } = terminal.redactor;
  const known = error instanceof RolodeskError;
  if (terminal.signal.aborted && (known || isAbort(error))) return stopped(asJson);
  const code = known ? error.code : 'bug';
  const message = redact(
    known
      ? error.message
      : `An internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  const hint = known ? error.hint : 'This is a bug in Rolodesk. Run again with -v and report both.';
  if (asJson)
    terminal.stdout.write(`${JSON.stringify({ error: { code, message, ...(hint && { hint: redact(hint) }) } })}\n`);
  terminal.stderr.write(`${message}\n${hint ? `${redact(hint)}\n` : ''}`);
  return known ? error.exitCode : 70;
}

/** What was cut short because we asked it to has not failed. */
function isAbort(error: unknown): boolean {
  return error === terminal.signal.reason || (error instanceof Error && error.name === 'AbortError');
}

function stopped(asJson: boolean): number {
  const message = 'Stopped when asked.';
  if (asJson) terminal.stdout.write(`${JSON.stringify({ error: { code: 'interrupted', message } })}\n`);
  terminal.stderr.write(`${message}\n`);
  return 130;
}
