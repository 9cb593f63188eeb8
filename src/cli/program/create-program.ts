import { Command } from 'commander';
import { readVersion } from '../../app/version.ts';
import { asTyped } from '../format/as-typed.ts';
import { wrapText } from '../format/text-layout.ts';
import { columnsOf, type Terminal } from '../terminal.ts';
import { addCommand, helpOption } from './add-command.ts';
import { allCommands } from './all-commands.ts';

interface Given {
  /** The command line that it will parse. */
  readonly argv: readonly string[];
  readonly ended: (exitCode: number) => void;
}

/** The parser of a command line, made from the definitions of the commands. */
export function createProgram(terminal: Terminal, { argv, ended }: Given): Command {
  const program = new Command('rolodesk')
    .description("Keeps Zendesk's users in step with the customers of another system.")
    .version(readVersion(), '-V, --version', 'Print the version.')
    .helpOption(...helpOption)
    .commandsGroup('Help:')
    .helpCommand('help [command]', 'Shows the help of a command.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) =>
        terminal.stdout.write(text.replaceAll(/^ {2}\$ .*/gm, (example) => asTyped(example, terminal.env))),
      writeErr: () => undefined,
      getOutHelpWidth: () => columnsOf(terminal.stdout),
    })
    // Names alone, so that there is room for what each command does on a terminal of 80 columns.
    .configureHelp({ subcommandTerm: (command) => command.name(), minWidthToWrap: 20 })
    .showHelpAfterError()
    .addHelpText('after', () => wrapText(helpEnd, columnsOf(terminal.stdout)));
  for (const definition of allCommands) addCommand(program, definition, { terminal, argv, ended });
  return program;
}

const helpEnd = `
Try it without an account:
  $ rolodesk demo

Exit codes: 0 done, 1 done but some rejected or held, 2 configuration or usage, 3 credentials or rights, 4 other side unavailable, 5 untrusted response, 6 state, 70 a bug, 130 interrupted.`;
