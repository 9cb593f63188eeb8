import { text } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const rejects = defineCommand({
  name: 'rejects',
  group: 'Inspect',
  summary: 'Lists the records that could not be written, and why.',
  examples: ['rolodesk rejects', 'rolodesk rejects --csv rejects.csv'],
  options: { csv: text({ value: 'file', description: 'Also write them to a file.', completion: 'file' }) },
  async run(context, options) {
    const handler = await import('../handlers/run-history.ts');
    return await handler.rejects(context, options);
  },
});
