import { Writable } from 'node:stream';
import { createStage, type Stage } from '../../src/cli/command.ts';
import type { Common } from '../../src/cli/terminal.ts';
import type { TestEnvironment } from './stage.ts';

/** What a command is called with, in this process, and everything that it prints. Nobody can be asked. */
export function commandStage({ terminal }: TestEnvironment, common: Common = {}): { stage: Stage; printed(): string } {
  let text = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const stdin = Object.assign(Object.create(terminal.stdin), { isTTY: false });
  return { stage: createStage({ ...terminal, stdin, stdout }, { json: false, ...common }), printed: () => text };
}
