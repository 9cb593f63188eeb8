import { optionalArgument, text } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const show = defineCommand({
  name: 'show',
  group: 'Inspect',
  summary: "Shows a run's records by outcome, or a customer's history.",
  examples: ['rolodesk show --customer 58'],
  arguments: {
    run: optionalArgument({
      description: 'The id of a run, from rolodesk runs; its first characters are enough. Default: the newest.',
      completion: 'run',
    }),
  },
  options: { customer: text({ value: 'key', description: "The customer's key in the source." }) },
  async run(context, { run, ...options }) {
    const handler = await import('../handlers/run-history.ts');
    return await handler.show(context, run, options);
  },
});
