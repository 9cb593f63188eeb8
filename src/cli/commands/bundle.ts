import { argument, text } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const bundle = defineCommand({
  name: 'support-bundle',
  group: 'Inspect',
  summary: 'Packs what a bug report about a run needs.',
  details: 'The archive contains no secrets and no customer data.',
  examples: ['rolodesk support-bundle 6f1c…'],
  arguments: { run: argument({ description: 'The id of a run, from rolodesk runs.', completion: 'run' }) },
  options: {
    out: text({
      value: 'file',
      description: 'The file to write (default: rolodesk-bundle-<run>.tar.gz in this folder).',
      completion: 'file',
    }),
  },
  async run(context, { run, ...options }) {
    const handler = await import('../handlers/bundle.ts');
    return await handler.bundle(context, run, options);
  },
});
