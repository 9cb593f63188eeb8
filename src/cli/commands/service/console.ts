import { flag, optionalArgument, textWithDefault, wholeNumberWithDefault } from '../../program/command-inputs.ts';
import { defineCommand } from '../../program/define-command.ts';

export const consoleCommand = defineCommand({
  name: 'console',
  group: 'Inspect',
  summary: 'Shows everything in a browser, and settles what waits.',
  details:
    'It prints a link that signs one browser in, and runs until Ctrl-C. It follows no schedule. `rolodesk serve --console` does both.',
  examples: ['rolodesk console', 'rolodesk console --link'],
  arguments: {
    path: optionalArgument({
      description:
        'A configuration file, or a folder with one for each pipeline (default: rolodesk.yaml in this folder).',
      completion: 'file',
    }),
  },
  options: {
    port: wholeNumberWithDefault({
      value: 'port',
      description: 'The port on this machine; 0 uses a free one.',
      defaultValue: 0,
    }),
    link: flag('Only print a new link, for a console that runs already.'),
    url: textWithDefault({
      value: 'url',
      description: 'With --link: the address of that console.',
      defaultValue: 'http://127.0.0.1:9464',
    }),
  },
  async run(context, options) {
    const handler = await import('../../handlers/service/console.ts');
    return await handler.openLocalConsole(context, options);
  },
});
