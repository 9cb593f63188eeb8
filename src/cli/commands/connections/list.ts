import { serviceFolder } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const listConnections = defineCommand({
  name: 'connections list',
  group: 'Set up',
  summary: 'Lists the connections that stand as rows, without their secrets.',
  examples: ['rolodesk connections list --json'],
  options: { folder: serviceFolder() },
  async run(context, options) {
    const handler = await import('../../handlers/connections/rows.ts');
    return await handler.listConnections(context, options);
  },
});
