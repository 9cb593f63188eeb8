import { spawn } from 'node:child_process';
import type { Terminal } from './terminal.ts';

/**
 * Prints lines through the reader's pager ($PAGER, or less) where there is a terminal, and straight to stdout elsewhere or
 * when there is no pager. A reader that leaves early ends the printing, which is no failure.
 */
export async function printPaged(lines: AsyncIterable<string>, { stdout, env }: Terminal): Promise<void> {
  const isTerminal = 'isTTY' in stdout && stdout.isTTY === true;
  const pager = isTerminal ? startPager(env) : undefined;
  const out = pager?.input ?? stdout;
  for await (const line of lines) {
    if (pager?.hasLeft() === true || !stdout.writable) break;
    if (!out.write(`${line}\n`)) await roomOrEnd(out);
  }
  if (!pager) return;
  pager.input.end();
  await pager.ended;
}

async function roomOrEnd(out: NodeJS.WritableStream): Promise<void> {
  // A reader that has left tells so once.
  if (!out.writable) return;
  await new Promise<void>((resolve) => {
    for (const event of ['drain', 'close', 'error']) out.once(event, () => resolve());
  });
}

function startPager(env: Terminal['env']) {
  const child = spawn(env.PAGER ?? 'less', {
    shell: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: 'FRX', ...env },
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
