import { basename } from 'node:path';
import type { CallContext } from '../../core/domain/context.ts';
import { ContractError } from '../../core/domain/errors.ts';
import { unparsableLine } from './messages.ts';
import { watchSilence } from './silence.ts';
import { startTap, type TapCommand } from './tap-child.ts';
import { failureOf, silenceError } from './tap-failure.ts';
import { createTapLog } from './tap-log.ts';

export interface TapOptions extends TapCommand {
  readonly timeoutMs: number;
  readonly redact: (text: string) => string;
}

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

const maxLineLength = 64 * 1024 * 1024;

/**
 * Runs a tap and gives the lines of its standard output, as they are asked for: a pipe that is full holds the tap back. Throws
 * when it does not end well. However the reader leaves, no process is left: SIGTERM, then SIGKILL, for all that it started.
 */
export async function* runTap(options: TapOptions, { signal, log }: CallContext): AsyncGenerator<Line> {
  const { command, timeoutMs, redact } = options;
  const name = basename(command[0] ?? '');
  signal.throwIfAborted();
  const tap = startTap(options);
  const stop = (): void => void tap.stop();
  signal.addEventListener('abort', stop, { once: true });
  const silence = watchSilence(timeoutMs, stop);
  const tapLog = createTapLog(log, redact);
  tap.stderr.setEncoding('utf8').on('data', (text: string) => {
    silence.refresh();
    tapLog.take(text);
  });

  let lines = 0;
  try {
    let rest = '';
    for await (const chunk of tap.stdout.setEncoding('utf8')) {
      silence.startReading();
      const [first = '', ...more] = String(chunk).split('\n');
      rest += first;
      for (const next of more) {
        lines += 1;
        if (rest.trim() !== '') yield { text: rest, number: lines };
        signal.throwIfAborted();
        rest = next;
      }
      if (rest.length > maxLineLength) throw unparsableLine(lines + 1, 'is longer than 64 MB');
      silence.startWaiting();
    }
    const end = await tap.ended;
    signal.throwIfAborted();
    if (silence.isSilent()) throw silenceError(name, timeoutMs);
    const failure = failureOf(name, end, lines);
    if (failure) throw failure;
    if (rest.trim() !== '') yield { text: rest, number: lines + 1 };
  } catch (error) {
    // A pipe that breaks because we end the tap is not a failure.
    if (silence.isSilent()) throw silenceError(name, timeoutMs);
    throw signal.aborted ? signal.reason : error;
  } finally {
    silence.end();
    signal.removeEventListener('abort', stop);
    await tap.stop();
    tapLog.end();
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
