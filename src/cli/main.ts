#!/usr/bin/env node
import { CommanderError } from 'commander';
import { RolodeskError } from '../core/errors.ts';
import { createRedactor } from '../core/redact.ts';
import { createProgram } from './program/create-program.ts';
import type { Terminal } from './terminal.ts';

const terminal = createTerminal();
process.exitCode = await main(process.argv);

async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage(error, argv);
    return fail(error, argv.includes('--json'));
  }
}

function createTerminal(): Terminal {
  const stop = new AbortController();
  const redactor = createRedactor([]);
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // A second one ends the process at once: what is in flight is found out by the next run.
      if (stop.signal.aborted) process.exit(130);
      stop.abort(new Error('The run was asked to stop.'));
    });
  }
  // A reader that has gone away (`| head`) is no failure.
  process.stdout.on('error', (error: Error & { code?: string }) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    redactor,
    signal: stop.signal,
  };
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
  if (terminal.signal.aborted) return 130;
  const { redact } = terminal.redactor;
  const known = error instanceof RolodeskError;
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
