import { choiceArgument } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const completion = defineCommand({
  name: 'completion',
  group: 'Set up',
  summary: 'Prints a script that completes commands in your shell.',
  details:
    'It completes commands, options, their values, files and the ids of runs. Load it from your startup file, as the examples show.',
  examples: [
    'source <(rolodesk completion bash)',
    'source <(rolodesk completion zsh)',
    'rolodesk completion fish | source',
  ],
  arguments: {
    shell: choiceArgument({ description: 'The shell that reads the script.', choices: ['bash', 'zsh', 'fish'] }),
  },
  async run(context, { shell }) {
    const handler = await import('../handlers/completion.ts');
    return await handler.completion(context, shell);
  },
});
