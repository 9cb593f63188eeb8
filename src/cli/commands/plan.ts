import { flag, text, textList, wholeNumber } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const plan = defineCommand({
  name: 'plan',
  group: 'Sync',
  summary: 'Shows every change that a sync would make; writes nothing.',
  examples: ['rolodesk plan --out plan.json', 'rolodesk plan --html plan.html'],
  options: {
    out: text({ value: 'file', description: 'Save the plan for rolodesk sync --plan.', completion: 'file' }),
    html: text({ value: 'file', description: 'Save the plan as a page to read and pass on.', completion: 'file' }),
    all: flag('List every change; a terminal shows the first of each kind.'),
    full: flag('Read every customer, not only those changed since the last sync.'),
    keys: textList({ value: 'key', description: 'Plan only these customers.' }),
    allowDeactivations: wholeNumber({ value: 'n', description: 'Allow up to this many deactivations.' }),
  },
  async run(context, options) {
    const handler = await import('../handlers/plan.ts');
    return await handler.plan(context, options);
  },
});
