import { optionalArgument, serviceFolder, text } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const importConnections = defineCommand({
  name: 'connections import',
  group: 'Set up',
  summary: 'Stores connections as rows: one template, and values for each.',
  details:
    'The columns are name and the variables ${…} of the template. Rows with a known name are changed, others added. Secrets are encrypted. Without a file it stores a changed template.',
  examples: [
    'rolodesk connections import tenants.csv --template customer.template.yaml',
    'rolodesk connections import --template customer.template.yaml',
  ],
  arguments: { file: optionalArgument({ description: 'A .csv or .jsonl file.', completion: 'file' }) },
  options: {
    template: text({ value: 'file', description: 'The configuration of each row.', completion: 'file' }),
    folder: serviceFolder(),
  },
  async run(context, options) {
    const handler = await import('../../handlers/connections/rows.ts');
    return await handler.importConnections(context, options);
  },
});
