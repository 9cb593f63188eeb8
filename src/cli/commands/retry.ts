import { argumentList } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const retry = defineCommand({
  name: 'retry',
  group: 'Correct',
  summary: 'Sends rejected records again: all, or those you name.',
  examples: ['rolodesk retry', 'rolodesk retry 58 59'],
  exitCodes: { 0: 'every record was written', 1: 'some were rejected again' },
  arguments: { keys: argumentList({ description: 'The keys of the customers in the source.' }) },
  async run(context, { keys }) {
    const handler = await import('../handlers/sync.ts');
    return await handler.retry(context, keys);
  },
});
