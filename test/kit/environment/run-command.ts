import { Writable } from 'node:stream';
import { type CommandContext, createCommandContext } from '../../../src/cli/command.ts';
import type { GlobalOptions } from '../../../src/cli/terminal.ts';
import type { TestEnvironment } from './test-environment.ts';

/** A command in this process, on the test’s terminal: its exit code and what it printed. */
export async function runCommand(
  { terminal }: TestEnvironment,
  common: GlobalOptions,
  command: (cli: CommandContext) => Promise<number>,
): Promise<{ readonly code: number; readonly stdout: string }> {
  let stdout = '';
  const capture = new Writable({
    write(chunk, _, done) {
      stdout += String(chunk);
      done();
    },
  });
  const code = await command(createCommandContext({ ...terminal, stdout: capture }, { quiet: true, ...common }));
  return { code, stdout };
}
