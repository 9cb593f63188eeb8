import { Writable } from 'node:stream';
import { type CommandContext, createCommandContext } from '../../../src/cli/command.ts';
import type { GlobalOptions } from '../../../src/cli/terminal.ts';
import type { TestEnvironment } from './create-environment.ts';

/** What a command is called with, in this process, and everything that it prints. Nobody can be asked. */
export function commandContext(
  { terminal }: TestEnvironment,
  common: GlobalOptions = {},
): { cli: CommandContext; printed(): string } {
  let text = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const stdin = Object.assign(Object.create(terminal.stdin), { isTTY: false });
  return { cli: createCommandContext({ ...terminal, stdin, stdout }, { json: false, ...common }), printed: () => text };
}
