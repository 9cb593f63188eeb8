import { argument, textWithDefault } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const newConnector = defineCommand({
  name: 'connectors new',
  group: 'Try and extend',
  summary: 'Creates a connector, with a test that passes.',
  examples: ['rolodesk connectors new acme --dir acme'],
  arguments: { name: argument({ description: 'The name of the new connector.' }) },
  options: {
    dir: textWithDefault({
      value: 'folder',
      description: 'The folder to write to.',
      completion: 'folder',
      defaultValue: '.',
    }),
  },
  async run(context, options) {
    const handler = await import('../../handlers/connectors/scaffold.ts');
    return await handler.scaffold(context, options);
  },
});
