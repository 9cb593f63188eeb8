import { defineCommand } from '../../program/define-command.ts';
import { namedState } from './named-state.ts';

export const rekeyState = defineCommand({
  name: 'state rekey',
  group: 'Correct',
  summary: 'Encrypts the stored credentials with another key.',
  details:
    'ROLODESK_OLD_KEY is the present key (if it is not set: the key file), ROLODESK_KEY the new one. No run may be in progress. If it is cut short, run it again.',
  examples: ['rolodesk state rekey'],
  exitCodes: { 1: 'some credentials are encrypted with neither key' },
  arguments: namedState,
  async run(context, { state }) {
    return await (await import('../../handlers/state/rekey.ts')).rekey(context, state);
  },
});
