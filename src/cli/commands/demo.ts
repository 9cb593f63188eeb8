import { defineCommand } from '../program/define-command.ts';

export const demo = defineCommand({
  name: 'demo',
  group: 'Try and extend',
  summary: 'Shows a whole sync on local emulators; needs no account.',
  examples: ['rolodesk demo'],
  async run(context) {
    const handler = await import('../handlers/demo.ts');
    return await handler.demo(context);
  },
});
