import { wholeNumberWithDefault } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const runs = defineCommand({
  name: 'runs',
  group: 'Inspect',
  summary: 'Lists past runs, newest first.',
  examples: ['rolodesk runs --limit 5'],
  options: {
    limit: wholeNumberWithDefault({ value: 'n', description: 'The number of runs to list.', defaultValue: 20 }),
  },
  async run(context, options) {
    const handler = await import('../handlers/run-history.ts');
    return await handler.runs(context, options);
  },
});
