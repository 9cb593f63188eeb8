import { choiceArgument } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const alerts = defineCommand({
  name: 'alerts',
  group: 'Set up',
  summary: 'Sends a test alert to every target in alerts.targets.',
  examples: ['rolodesk alerts test'],
  exitCodes: { 0: 'every target accepted it', 4: 'a target did not accept it' },
  arguments: { action: choiceArgument({ description: 'test sends the message.', choices: ['test'] }) },
  async run(context) {
    const handler = await import('../handlers/alerts.ts');
    return await handler.testAlerts(context);
  },
});
