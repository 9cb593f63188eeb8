import { Command } from 'commander';
import { readVersion } from '../../app/version.ts';
import { asTyped } from '../format/as-typed.ts';
import { wrapText } from '../format/text-layout.ts';
import { columnsOf, type Terminal } from '../terminal.ts';
import { declareConnecting } from './connecting.ts';
import { defineOn } from './define.ts';
import { declareLooking } from './looking.ts';
import { declareRehearsing } from './rehearsing.ts';
import { declareRunning } from './running.ts';
import { declareServing } from './serving.ts';

/** The command line as data: what `--help` and the reference show. */
export function createProgram(terminal: Terminal, ended: (exitCode: number) => void): Command {
  const program = new Command('rolodesk')
    .description("Keeps Zendesk's users in step with the customers of another system.")
    .version(readVersion())
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
  const define = defineOn(program, terminal, ended);
  declareRunning(define);
  declareServing(define);
  declareLooking(define);
  declareRehearsing(define);
  declareConnecting(define);
  return program;
}

const helpEnd = `
Try it without an account:
  $ rolodesk demo

Exit codes: 0 done, 1 done but some rejected or held, 2 configuration or usage, 3 credentials or rights, 4 other side unavailable, 5 untrusted response, 6 state, 70 a bug, 130 interrupted.`;
