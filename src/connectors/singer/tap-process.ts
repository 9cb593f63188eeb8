import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { ConfigError, ContractError, type RolodeskError, TransientError } from '../../core/domain/errors.ts';
import { unparsableLine } from './messages.ts';
import { createTapLog } from './tap-log.ts';

export interface TapOptions {
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly redact: (text: string) => string;
}

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

type End =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly error: Error };

/** How long a tap has to end by itself after SIGTERM. */
const graceMs = 5_000;
const maxLineLength = 64 * 1024 * 1024;
/** On Windows there are no groups, and a tap is ended alone. */
const hasGroups = process.platform !== 'win32';

/**
 * Runs a tap and gives the lines of its standard output, as they are asked for: a pipe that is full holds the tap back. Throws
 * when it does not end well. However the reader leaves, no process is left: SIGTERM, then SIGKILL, for all that it started.
 */
export async function* runTap(options: TapOptions, { signal, log }: CallContext): AsyncGenerator<Line> {
  const { command, folder, env, timeoutMs, clock, redact } = options;
  const [program = '', ...args] = command;
  const name = basename(program);
  signal.throwIfAborted();
  // A group of its own: taps are often started by something else, which would leave them behind.
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: hasGroups });
  const over = new AbortController();
  const ended = new Promise<End>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', error }));
    child.once('exit', (code, by) =>
      resolve(code === null ? { kind: 'signal', signal: `${by}` } : { kind: 'exit', code }),
    );
  }).finally(() => over.abort());

  const killNow = (): void => kill('SIGKILL');
  process.once('exit', killNow);
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= end();
  };
  signal.addEventListener('abort', stop, { once: true });

  let isSilent = false;
  // While the reader has work to do, it is we who are silent.
  let isRead = false;
  const alarm = setTimeout(() => {
    if (isRead) return void alarm.refresh();
    isSilent = true;
    stop();
  }, timeoutMs);
  const said = createTapLog(log, redact);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    alarm.refresh();
    said.take(text);
  });

  let lines = 0;
  try {
    let rest = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      isRead = true;
      const [first = '', ...more] = String(chunk).split('\n');
      rest += first;
      for (const next of more) {
        lines += 1;
        if (rest.trim() !== '') yield { text: rest, number: lines };
        signal.throwIfAborted();
        rest = next;
      }
      if (rest.length > maxLineLength) throw unparsableLine(lines + 1, 'is longer than 64 MB');
      isRead = false;
      alarm.refresh();
    }
    const end = await ended;
    signal.throwIfAborted();
    if (isSilent) throw silent(name, timeoutMs);
    const failure = failureOf(name, end, lines);
    if (failure) throw failure;
    if (rest.trim() !== '') yield { text: rest, number: lines + 1 };
  } catch (error) {
    // A pipe that breaks because we end the tap is no failure of its own.
    if (isSilent) throw silent(name, timeoutMs);
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(alarm);
    signal.removeEventListener('abort', stop);
    stop();
    await stopping;
    said.end();
    process.off('exit', killNow);
  }

  async function end(): Promise<void> {
    if (!over.signal.aborted) {
      kill('SIGTERM');
      await Promise.race([ended, clock.sleep(graceMs, over.signal).catch(() => undefined)]);
      // Also what a wrapper, which has ended by now, may have left.
      kill('SIGKILL');
      await ended;
    }
    child.stdout.destroy();
    child.stderr.destroy();
  }

  function kill(how: NodeJS.Signals): void {
    if (child.pid === undefined) return;
    if (!hasGroups) return void child.kill(how);
    try {
      process.kill(-child.pid, how);
    } catch (error) {
      // Nobody is left to be ended.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** The whole output of a tap that is asked for one thing. */
export async function captureOutput(options: TapOptions, context: CallContext): Promise<string> {
  const lines: string[] = [];
  let size = 0;
  for await (const { text } of runTap(options, context)) {
    size += text.length;
    if (size > maxLineLength)
      throw new ContractError('The tap: its catalog is longer than 64 MB.', { code: 'singer-catalog' });
    lines.push(text);
  }
  return lines.join('\n');
}

function failureOf(name: string, end: End, lines: number): RolodeskError | undefined {
  const hint =
    lines === 0
      ? 'Its own words are in the log. It gave nothing before that: check source.command and source.config.'
      : 'Its own words are in the log. The next run goes on from the last state that it gave.';
  switch (end.kind) {
    case 'not-started':
      return new ConfigError(`source.command: ${name} can't be started (${codeOf(end.error)}).`, {
        code: 'singer-command',
        hint: 'Is it installed, and on the PATH of whoever runs this? Paths are relative to the configuration.',
        cause: end.error,
      });
    case 'signal':
      return new TransientError(`The tap ${name} was ended by ${end.signal} after ${lines} lines.`, {
        code: 'singer-tap',
        hint,
      });
    case 'exit':
      if (end.code === 0) return undefined;
      return new TransientError(`The tap ${name} failed with exit code ${end.code} after ${lines} lines.`, {
        code: 'singer-tap',
        hint,
      });
    default:
      return end satisfies never;
  }
}

function silent(name: string, timeoutMs: number): TransientError {
  return new TransientError(`The tap ${name} was silent for ${timeoutMs / 1000} s, and was stopped.`, {
    code: 'singer-silent',
    hint: 'Run again later. If it needs that long between two lines, raise source.timeout.',
  });
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
