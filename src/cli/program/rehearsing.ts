import { Option } from 'commander';
import type { Define } from './define.ts';
import { number, texts, whole } from './options.ts';

/** Commands that need no account. */
export function declareRehearsing(command: Define): void {
  command(
    'sandbox',
    'QuickBooks and Zendesk twins on this machine, for a dry run; --from zendesk: two Zendesks, for a migration',
    'rolodesk sandbox --customers 10000 --write-config rolodesk.yaml',
    async (cli, options) => {
      const { sandbox } = await import('../handlers/sandbox.ts');
      const writeConfig = options.writeConfig;
      return sandbox(cli, {
        from: String(options.from),
        customers: number(options, 'customers'),
        users: number(options, 'users'),
        seed: number(options, 'seed'),
        plan: String(options.plan),
        jobLatency: number(options, 'jobLatency'),
        quickbooksPort: number(options, 'quickbooksPort'),
        zendeskPort: number(options, 'zendeskPort'),
        sourcePort: number(options, 'sourcePort'),
        quickbooksFault: texts(options.quickbooksFault),
        zendeskFault: texts(options.zendeskFault),
        noBulk: options.bulk === false,
        ...(typeof writeConfig === 'string' && { writeConfig }),
      });
    },
  )
    .addOption(
      new Option('--from <system>', 'what is read from').choices(['quickbooks', 'zendesk']).default('quickbooks'),
    )
    .option('--customers <n>', 'customers in QuickBooks, or users of the Zendesk that is read from', whole, 250)
    .option('--users <n>', 'users in Zendesk beforehand', whole, 40)
    .option('--seed <n>', 'the same seed gives the same people', whole, 1)
    .option('--plan <plan>', "Zendesk's plan: its requests a minute", 'enterprise-plus')
    .option('--job-latency <ms>', 'how long a bulk job takes', whole, 1000)
    .option('--quickbooks-port <port>', '0 picks a free one', whole, 4010)
    .option('--zendesk-port <port>', '0 picks a free one', whole, 4020)
    .option('--source-port <port>', 'of the Zendesk that is read from; 0 picks a free one', whole, 4021)
    .option('--quickbooks-fault <rule...>', 'such as 429:path=query,every=5')
    .option('--zendesk-fault <rule...>', 'such as reset-after:path=create_many,nth=2')
    .option('--no-bulk', 'bulk import is off for the account')
    .option('--write-config <file>', 'write a rolodesk.yaml for it');
  command('demo', 'a guided tour on the sandbox; needs no account', 'rolodesk demo', async (cli) =>
    (await import('../handlers/demo.ts')).demo(cli),
  );
}
