import type { CommandContext } from '../command.ts';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { zshScript } from '../completion/zsh.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

const scripts: Readonly<Record<Shell, () => string>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Prints the script as it is, for a shell to read. */
export async function completion({ terminal, common, printJson }: CommandContext, shell: Shell): Promise<number> {
  const script = scripts[shell]();
  printJson({ shell, script });
  if (!common.json) terminal.stdout.write(script);
  return 0;
}
