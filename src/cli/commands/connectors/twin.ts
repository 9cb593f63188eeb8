import { optionalArgument, wholeNumberWithDefault } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const serveTwin = defineCommand({
  name: 'connectors twin',
  group: 'Try and extend',
  summary: "Serves the connector's local emulator. Ctrl-C stops it.",
  examples: ['rolodesk connectors twin --port 4030'],
  arguments: {
    file: optionalArgument({
      description: 'The file of the emulator (default: the only *.twin.ts in this folder).',
      completion: 'file',
    }),
  },
  options: {
    port: wholeNumberWithDefault({
      value: 'port',
      description: 'The port to listen on; 0 uses a free one.',
      defaultValue: 4030,
    }),
    pages: wholeNumberWithDefault({
      value: 'n',
      description: 'The number of pages of records that it contains.',
      defaultValue: 3,
    }),
  },
  async run(context, options) {
    const handler = await import('../../handlers/connectors/serve-twin.ts');
    return await handler.serveTwin(context, options);
  },
});
