import { argument } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const link = defineCommand({
  name: 'link',
  group: 'Correct',
  summary: 'Resolves a conflict: links a customer to a Zendesk user.',
  details: 'The next sync updates that user.',
  examples: ['rolodesk link 58 361234567890'],
  arguments: {
    key: argument({ description: "The customer's key in the source." }),
    zendeskId: argument({ description: 'The id of the Zendesk user.' }),
  },
  async run(context, { key, zendeskId }) {
    const handler = await import('../handlers/link.ts');
    return await handler.link(context, key, zendeskId);
  },
});
