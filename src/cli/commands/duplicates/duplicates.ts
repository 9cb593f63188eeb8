import { text } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const duplicates = defineCommand({
  name: 'duplicates',
  group: 'Inspect',
  summary: 'Lists users in Zendesk that are likely one customer, with why.',
  details:
    'It compares phone numbers, names within an organization and look-alike addresses of end users. It writes nothing, and needs one Zendesk call for 100 users.',
  examples: ['rolodesk duplicates', 'rolodesk duplicates --out duplicates.csv'],
  exitCodes: { 0: 'none were found', 1: 'some were found' },
  options: {
    out: text({
      value: 'file',
      description: 'Save them as CSV, with columns to tick for each user: keep or merge.',
      completion: 'file',
    }),
  },
  async run(context, options) {
    const handler = await import('../../handlers/duplicates/duplicates.ts');
    return await handler.duplicates(context, options);
  },
});
