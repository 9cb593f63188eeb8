import { flag, wholeNumberWithDefault } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const preview = defineCommand({
  name: 'preview',
  group: 'Sync',
  summary: 'Shows a few records next to the users they would become.',
  details: 'It does not call Zendesk.',
  examples: ['rolodesk preview --limit 5'],
  options: {
    limit: wholeNumberWithDefault({ value: 'n', description: 'The number of records to show.', defaultValue: 3 }),
    all: flag('Show every field of a record, not only those that the mapping reads.'),
  },
  async run(context, options) {
    const handler = await import('../handlers/preview.ts');
    return await handler.preview(context, options);
  },
});
