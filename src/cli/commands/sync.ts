import { flag, text, textList, wholeNumber } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const sync = defineCommand({
  name: 'sync',
  group: 'Sync',
  summary: 'Writes what has changed in the source to Zendesk.',
  details: 'It reads what has changed since the last sync, and first recovers what an interrupted run left open.',
  examples: ['rolodesk sync', 'rolodesk sync --canary 10', 'rolodesk sync --keys 58 59 --json'],
  exitCodes: {
    0: 'every record was written, skipped or unchanged',
    1: 'some records were rejected or have drifted from the plan, or deactivations wait for approval',
  },
  options: {
    canary: wholeNumber({
      value: 'n',
      description: 'Write the first N users, show the result, and ask before continuing.',
    }),
    yes: flag('Continue after the canary without asking.'),
    resume: flag('Write again after an undo or a refused canary, and read every customer.'),
    plan: text({
      value: 'file',
      description: 'Do exactly what this plan contains; skip what has changed since as drifted.',
      completion: 'file',
    }),
    full: flag('Read every customer, not only those changed since the last sync.'),
    limit: wholeNumber({ value: 'n', description: 'Stop after this many customers.' }),
    keys: textList({ value: 'key', description: 'Sync only these customers.' }),
    allowDeactivations: wholeNumber({ value: 'n', description: 'Allow up to this many deactivations in this run.' }),
  },
  async run(context, options) {
    const handler = await import('../handlers/sync.ts');
    return await handler.sync(context, options);
  },
});
