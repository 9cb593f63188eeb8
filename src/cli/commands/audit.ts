import { text } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const audit = defineCommand({
  name: 'audit',
  group: 'Inspect',
  summary: 'Compares both sides field by field, from fresh reads.',
  details: 'It writes nothing, and needs one Zendesk call for 100 users.',
  examples: ['rolodesk audit --html audit.html --csv audit.csv'],
  exitCodes: { 0: 'both sides agree', 1: 'they differ' },
  options: {
    csv: text({
      value: 'file',
      description: 'Save every difference, reject and skip for a spreadsheet, with what to do.',
      completion: 'file',
    }),
    html: text({ value: 'file', description: 'Save a page to read and pass on.', completion: 'file' }),
  },
  async run(context, options) {
    const handler = await import('../handlers/audit.ts');
    return await handler.audit(context, options);
  },
});
