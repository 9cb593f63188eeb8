import { createInterface } from 'node:readline/promises';
import { ConfigError } from '../core/errors.ts';
import type { Stage } from './command.ts';

/**
 * Asks before something that can't be taken for granted. `yes` answers without asking; without a terminal and without it
 * the command refuses.
 */
export async function confirm(
  { terminal }: Stage,
  question: string,
  { yes }: { readonly yes: boolean },
): Promise<boolean> {
  if (yes) return true;
  const { stdin, stderr, signal } = terminal;
  if (stdin.isTTY !== true || stderr.isTTY !== true)
    throw new ConfigError('This asks first, and there is no terminal to ask on.', {
      code: 'usage',
      hint: 'Give --yes if you mean it.',
    });
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    lines.close();
  }
}
