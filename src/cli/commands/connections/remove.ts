import { argumentList, serviceFolder } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const removeConnections = defineCommand({
  name: 'connections remove',
  group: 'Set up',
  summary: 'Removes connections that stand as rows.',
  details: 'Their pipelines stop. What is stored of their runs stays, and Zendesk is not changed.',
  examples: ['rolodesk connections remove acme'],
  arguments: { names: argumentList({ description: 'Names of connections.' }) },
  options: { folder: serviceFolder() },
  async run(context, options) {
    const handler = await import('../../handlers/connections/rows.ts');
    return await handler.removeConnections(context, options);
  },
});
