import { Writable } from 'node:stream';
import { createStage, type Stage } from '../../src/cli/command.ts';
import type { Common } from '../../src/cli/terminal.ts';
import type { TestEnvironment } from './test-environment.ts';

/** A command in this process, on the rehearsal's terminal: its exit code and what it printed. */
export async function onStage(
  { terminal }: TestEnvironment,
  common: Common,
  command: (stage: Stage) => Promise<number>,
): Promise<{ readonly code: number; readonly stdout: string }> {
  let stdout = '';
  const capture = new Writable({
    write(chunk, _, done) {
      stdout += String(chunk);
      done();
    },
  });
  const code = await command(createStage({ ...terminal, stdout: capture }, { quiet: true, ...common }));
  return { code, stdout };
}
