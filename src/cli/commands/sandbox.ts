import {
  choiceWithDefault,
  negatedFlag,
  text,
  textList,
  textWithDefault,
  wholeNumberWithDefault,
} from '../program/command-inputs.ts';
import { defineCommand } from '../program/define-command.ts';

export const sandbox = defineCommand({
  name: 'sandbox',
  group: 'Try and extend',
  summary: 'Runs local emulators of QuickBooks and Zendesk.',
  details: 'With --from zendesk it runs two Zendesks, to try a migration. Ctrl-C stops it.',
  examples: [
    'rolodesk sandbox --customers 10000 --write-config rolodesk.yaml',
    'rolodesk sandbox --invoices 1500 --write-config rolodesk.yaml',
  ],
  options: {
    from: choiceWithDefault({
      value: 'system',
      description: 'The system to read from.',
      choices: ['quickbooks', 'zendesk'],
      defaultValue: 'quickbooks',
    }),
    customers: wholeNumberWithDefault({
      value: 'n',
      description: 'The number of customers in QuickBooks, or of users in the Zendesk to read from.',
      defaultValue: 250,
    }),
    users: wholeNumberWithDefault({
      value: 'n',
      description: 'The number of users that Zendesk already has.',
      defaultValue: 40,
    }),
    invoices: wholeNumberWithDefault({
      value: 'n',
      description: 'The number of invoices in QuickBooks, with a third as many payments.',
      defaultValue: 0,
    }),
    seed: wholeNumberWithDefault({ value: 'n', description: 'The same seed makes the same people.', defaultValue: 1 }),
    plan: textWithDefault({
      value: 'plan',
      description: "Zendesk's plan, which sets its requests per minute.",
      defaultValue: 'enterprise-plus',
    }),
    jobLatency: wholeNumberWithDefault({
      value: 'ms',
      description: 'The time that a bulk job takes.',
      defaultValue: 1000,
    }),
    quickbooksPort: wholeNumberWithDefault({
      value: 'port',
      description: "QuickBooks' port; 0 uses a free one.",
      defaultValue: 4010,
    }),
    zendeskPort: wholeNumberWithDefault({
      value: 'port',
      description: "Zendesk's port; 0 uses a free one.",
      defaultValue: 4020,
    }),
    sourcePort: wholeNumberWithDefault({
      value: 'port',
      description: 'The port of the Zendesk to read from; 0 uses a free one.',
      defaultValue: 4021,
    }),
    quickbooksFault: textList({ value: 'rule', description: 'Make QuickBooks fail, such as 429:path=query,every=5.' }),
    zendeskFault: textList({
      value: 'rule',
      description: 'Make Zendesk fail, such as reset-after:path=create_many,nth=2.',
    }),
    bulk: negatedFlag('Turn bulk import off for the account.'),
    writeConfig: text({ value: 'file', description: 'Write a rolodesk.yaml for it.', completion: 'file' }),
  },
  async run(context, { bulk, ...options }) {
    const handler = await import('../handlers/sandbox.ts');
    return await handler.sandbox(context, { ...options, noBulk: !bulk });
  },
});
