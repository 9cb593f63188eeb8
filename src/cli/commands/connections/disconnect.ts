import { argument, flag } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const disconnect = defineCommand({
  name: 'disconnect',
  group: 'Set up',
  summary: 'Revokes the tokens of one side and deletes them here.',
  examples: ['rolodesk disconnect quickbooks'],
  arguments: {
    system: argument({
      description: 'quickbooks or zendesk; source or destination if both sides are the same system.',
      completion: ['quickbooks', 'zendesk', 'source', 'destination'],
    }),
  },
  options: { local: flag('Only delete them here, after you have revoked them at the vendor yourself.') },
  async run(context, { system, ...options }) {
    const handler = await import('../../handlers/disconnect.ts');
    return await handler.disconnect(context, system, options);
  },
});
