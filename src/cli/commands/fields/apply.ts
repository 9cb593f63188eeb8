import { flag } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const applyFields = defineCommand({
  name: 'fields apply',
  group: 'Set up',
  summary: 'Creates the custom fields that are declared and that Zendesk lacks.',
  details: 'It shows them and asks first. It adds missing options, and never removes anything.',
  examples: ['rolodesk fields apply --yes'],
  exitCodes: { 1: 'you answered no' },
  options: {
    fromSource: flag('With a Zendesk source: create its custom fields too.'),
    yes: flag('Do not ask.'),
  },
  async run(context, options) {
    const handler = await import('../../handlers/fields/fields.ts');
    return await handler.applyFields(context, options);
  },
});
