import { createInterface } from 'node:readline/promises';
import { ConfigError, InterruptedError } from '../core/domain/errors.ts';
import type { CommandContext } from './command.ts';
import { visible } from './format/visible.ts';

/** Throws unless there is somebody who can answer. For commands that must know before they begin. */
export function assertAnswer(
  { terminal: { stdin, stderr } }: CommandContext,
  { yes }: { readonly yes: boolean },
): void {
  if (yes || (stdin.isTTY === true && stderr.isTTY === true)) return;
  throw new ConfigError('This needs an answer, and there is no terminal to ask on.', {
    code: 'usage',
    hint: 'Give --yes if you mean it.',
  });
}

/**
 * Asks before something that can't be taken for granted. `yes` answers without asking; without a terminal and without it
 * the command refuses. `none`: the input has ended. Rejects when the command is asked to stop meanwhile.
 */
export async function confirm(
  cli: CommandContext,
  question: string,
  { yes }: { readonly yes: boolean },
): Promise<'yes' | 'no' | 'none'> {
  assertAnswer(cli, { yes });
  if (yes) return 'yes';
  const { stdin, stderr, signal } = cli.terminal;
  if (signal.aborted) throw new InterruptedError();
  // Not `terminal: true`: in raw mode Ctrl-C would be a key for readline, and no signal for us.
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  try {
    const answer = await Promise.race([lines.question(`${visible(question)} [y/N] `, { signal }), ended]);
    if (answer === undefined) return 'none';
    return /^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no';
  } catch (error) {
    throw signal.aborted ? new InterruptedError() : error;
  } finally {
    lines.close();
  }
}
