import { argument, serviceFolder, text, textList } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const addConnection = defineCommand({
  name: 'connections add',
  group: 'Set up',
  summary: 'Stores one connection as a row, or changes it.',
  details: 'Secrets are read from the environment, where no other user of the machine sees them.',
  examples: [
    'rolodesk connections add acme --template customer.template.yaml --set REALM_ID=4620816365 --from-env REFRESH_TOKEN',
  ],
  arguments: { name: argument({ description: 'The name of the connection and of its pipeline.' }) },
  options: {
    template: text({ value: 'file', description: 'Its configuration.', completion: 'file' }),
    set: textList({ value: 'NAME=value', description: 'Values of variables of the template.' }),
    fromEnv: textList({
      value: 'NAME',
      description: 'Variables whose values are taken from the environment and stored.',
    }),
    folder: serviceFolder(),
  },
  async run(context, options) {
    const handler = await import('../../handlers/connections/rows.ts');
    return await handler.addConnection(context, options);
  },
});
