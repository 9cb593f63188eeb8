import { Command } from 'commander';
import { readVersion } from '../../app/version.ts';
import type { Terminal } from '../terminal.ts';
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
    .configureOutput({ writeOut: (text) => terminal.stdout.write(text), writeErr: () => undefined })
    .showHelpAfterError()
    .addHelpText(
      'after',
      '\nTry it without an account:\n  $ rolodesk demo\n\nExit codes: 0 done, 1 done but some rejected or held, 2 configuration or usage, 3 credentials or rights,\n4 other side unavailable, 5 untrusted response, 6 state, 70 a bug, 130 interrupted.',
    );
  const define = defineOn(program, terminal, ended);
  declareRunning(define);
  declareServing(define);
  declareLooking(define);
  declareRehearsing(define);
  declareConnecting(define);
  return program;
}
