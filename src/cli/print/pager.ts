import { spawn } from 'node:child_process';
import { childEnvironment } from '../../core/child-environment.ts';
import { asTyped } from '../format/as-typed.ts';
import { wrapText } from '../format/text-layout.ts';
import { visibleWithStyle } from '../format/visible.ts';
import { columnsOf, type Terminal } from '../terminal.ts';

/**
 * Prints lines through the reader's pager ($PAGER, or less) where there is a terminal, and straight to stdout elsewhere or
 * when there is no pager. A reader that leaves early ends the printing, which is no failure.
 */
export async function printPaged(texts: AsyncIterable<string>, { stdout, env }: Terminal): Promise<void> {
  const lines = typed(texts, env);
  const pager = stdout.isTTY === true ? startPager(env) : undefined;
  if (!pager) return await printPieces(ended(lines), stdout);
  const columns = columnsOf(stdout);
  const hasLeft = (): boolean => pager.hasLeft() || !stdout.writable;
  await printPieces(ended(wrappedAt(lines, columns)), pager.input, hasLeft);
  pager.input.end();
  await pager.ended;
}

/** Prints what may be more than fits into memory, no faster than it is read. */
export async function printPieces(
  pieces: AsyncIterable<string>,
  out: NodeJS.WritableStream,
  hasLeft: () => boolean = () => !out.writable,
): Promise<void> {
  for await (const piece of pieces) {
    if (hasLeft()) return;
    if (!out.write(visibleWithStyle(piece))) await roomOrEnd(out);
  }
}

/** A pager breaks long lines in the middle of words. */
async function* wrappedAt(lines: AsyncIterable<string>, columns: number): AsyncGenerator<string> {
  for await (const line of lines) yield wrapText(visibleWithStyle(line), columns);
}

async function* typed(lines: AsyncIterable<string>, env: Terminal['env']): AsyncGenerator<string> {
  for await (const line of lines) yield asTyped(line, env);
}

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

async function roomOrEnd(out: NodeJS.WritableStream): Promise<void> {
  // A reader that has left says so once.
  if (!out.writable) return;
  await new Promise<void>((resolve) => {
    for (const event of ['drain', 'close', 'error']) out.once(event, () => resolve());
  });
}

function startPager(env: Terminal['env']) {
  const child = spawn(env.PAGER ?? 'less', {
    shell: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: 'FRX', ...childEnvironment(env, ['LESS', 'PAGER', 'TERM', 'COLORTERM', 'MORE']) },
  });
  let left = false;
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      left = true;
      resolve();
    });
  });
  child.stdin.on('error', () => {
    left = true;
  });
  return { input: child.stdin, ended, hasLeft: () => left };
}
