import { choice, flag, text, textWithDefault, wholeNumberWithDefault } from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const init = defineCommand({
  name: 'init',
  group: 'Set up',
  summary: 'Asks a few questions and writes rolodesk.yaml.',
  details: 'It also writes .env.example, and the secrets that you type into .env. It replaces no file without asking.',
  examples: [
    'rolodesk init',
    'rolodesk init --yes --subdomain acme',
    'rolodesk init --yes --source salesforce',
    'rolodesk init --money --organizations',
  ],
  options: {
    yes: flag('Ask nothing: use the options given here and the defaults.'),
    source: text({
      value: 'name',
      description:
        'The connector to read customers from, or a worked example such as salesforce (default: asked for; quickbooks with --yes).',
    }),
    environment: choice({
      value: 'name',
      description: 'The QuickBooks environment.',
      choices: ['production', 'sandbox'],
    }),
    realmId: text({ value: 'id', description: 'The QuickBooks company (default: rolodesk connect finds it).' }),
    subdomain: text({
      value: 'name',
      description: 'The Zendesk subdomain (default: asked for; from the environment with --yes).',
    }),
    dir: textWithDefault({
      value: 'folder',
      description: 'The folder to write to.',
      completion: 'folder',
      defaultValue: '.',
    }),
    money: flag('QuickBooks: also write what customers owe to fields of their users (docs/money.md).'),
    organizations: flag('With --money: also to fields of their organizations, with what all below a customer owe.'),
    force: flag('Replace files that exist.'),
    sandbox: flag('Write the configuration for a running rolodesk sandbox.'),
    quickbooksPort: wholeNumberWithDefault({
      value: 'port',
      description: "With --sandbox: the port of the sandbox's QuickBooks.",
      defaultValue: 4010,
    }),
    zendeskPort: wholeNumberWithDefault({
      value: 'port',
      description: "With --sandbox: the port of the sandbox's Zendesk.",
      defaultValue: 4020,
    }),
  },
  async run(context, { sandbox, quickbooksPort, zendeskPort, ...options }) {
    const handler = await import('../handlers/init.ts');
    return await handler.init(context, { ...options, sandbox: sandbox ? { quickbooksPort, zendeskPort } : undefined });
  },
});
