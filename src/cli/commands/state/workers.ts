import { defineCommand } from '../../program/define-command.ts';
import { namedState } from './named-state.ts';

export const workers = defineCommand({
  name: 'workers',
  group: 'Inspect',
  summary: 'Shows who works on a shared state, and on which accounts.',
  examples: ['rolodesk workers'],
  arguments: namedState,
  async run(context, { state }) {
    return await (await import('../../handlers/state/workers.ts')).workers(context, state);
  },
});
