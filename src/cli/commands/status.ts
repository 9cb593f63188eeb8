import { defineCommand } from '../program/define-command.ts';

export const status = defineCommand({
  name: 'status',
  group: 'Inspect',
  summary: 'Shows the last success and what waits for a person.',
  examples: ['rolodesk status --json'],
  exitCodes: {
    0: 'all is well',
    1: 'something waits for a person',
    4: 'the last run did not succeed, or the last success is older than the schedule allows',
  },
  async run(context) {
    const handler = await import('../handlers/status.ts');
    return await handler.status(context);
  },
});
