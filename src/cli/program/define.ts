import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import type { GlobalOptions, Terminal } from '../terminal.ts';

type Act = (cli: CommandContext, options: Record<string, unknown>, args: string[]) => Promise<number>;

/** Adds a command with the options that all have. Its code is loaded when it is called. */
export type Define = (name: string, description: string, example: string, act: Act) => Command;

export function defineOn(program: Command, terminal: Terminal, ended: (exitCode: number) => void): Define {
  return (name, description, example, act) => {
    const made = program
      .command(name)
      .description(description)
      .option('-c, --config <file>', 'configuration file (default: rolodesk.yaml here)')
      .option('--json', 'print one JSON document on stdout, nothing else')
      .option('-q, --quiet', 'no progress')
      .option('-v, --verbose', 'log to stderr')
      .option('--no-color', 'no colours')
      .addHelpText('after', `\nExample:\n  $ ${example}`);
    return made.action(async () => {
      const { createCommandContext } = await import('../command.ts');
      const options: Record<string, unknown> = made.opts();
      ended(await act(createCommandContext(terminal, common(options)), options, made.args));
    });
  };
}

function common(options: Record<string, unknown>): GlobalOptions {
  const config = options.config;
  return {
    ...(typeof config === 'string' && { config }),
    json: options.json === true,
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    color: options.color !== false,
  };
}
