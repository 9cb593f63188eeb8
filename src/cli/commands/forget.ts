import { argument, flag } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const forget = defineCommand({
  name: 'forget',
  group: 'Correct',
  summary: "Deletes a customer's data from the local state.",
  details: 'Zendesk and the source keep theirs.',
  examples: ['rolodesk forget 58'],
  exitCodes: { 1: 'you answered no' },
  arguments: { key: argument({ description: "The customer's key in the source." }) },
  options: { yes: flag('Do not ask.') },
  async run(context, { key, ...options }) {
    const handler = await import('../handlers/forget.ts');
    return await handler.forget(context, key, options);
  },
});
