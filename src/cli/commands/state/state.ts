import { defineCommand } from '../../program/define-command.ts';
import { namedState } from './named-state.ts';

export const state = defineCommand({
  name: 'state',
  group: 'Correct',
  summary: 'Says where the state is; migrates, copies and encrypts it.',
  details: 'The state is a file, or a PostgreSQL database that several machines share.',
  examples: ['rolodesk state'],
  arguments: namedState,
  async run(context, { state: given }) {
    return await (await import('../../handlers/state/show.ts')).showState(context, given);
  },
});
