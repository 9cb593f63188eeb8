import { argument, flag } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const merge = defineCommand({
  name: 'merge',
  group: 'Correct',
  summary: 'Merges the users that you ticked in a file of duplicates.',
  details:
    'It looks at each user again and merges only those that have not changed. Zendesk cannot undo a merge. If people sign in by JWT or SAML, Zendesk merges only users without an external id.',
  examples: ['rolodesk merge duplicates.csv --dry-run', 'rolodesk merge duplicates.csv'],
  exitCodes: { 0: 'all that you ticked is merged', 1: 'some was not merged, or you answered no' },
  arguments: { file: argument({ description: 'The CSV that duplicates --out wrote.', completion: 'file' }) },
  options: {
    dryRun: flag('Show what would be merged, and merge nothing.'),
    yes: flag('Do not ask.'),
  },
  async run(context, { file, ...options }) {
    const handler = await import('../../handlers/duplicates/merge.ts');
    return await handler.merge(context, file, options);
  },
});
