import { defineCommand } from '../../program/define-command.ts';

export const connections = defineCommand({
  name: 'connections',
  group: 'Set up',
  summary: 'Shows accounts, scopes and when each token expires.',
  examples: ['rolodesk connections --json'],
  exitCodes: {
    0: 'every connection works for at least 14 more days',
    1: 'a token is missing or expires within 14 days, or a side rejected the last run',
  },
  async run(context) {
    const handler = await import('../../handlers/connections/connections.ts');
    return await handler.connections(context);
  },
});
