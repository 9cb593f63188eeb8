import { Argument, Option } from 'commander';
import type { Define } from './define.ts';
import { number, text, whole } from './options.ts';

/** Commands that begin a pipeline, and let it in on both sides. */
export function declareConnecting(command: Define): void {
  command(
    'init',
    'asks, and writes rolodesk.yaml and .env.example; --yes takes defaults',
    'rolodesk init',
    async (cli, options) => {
      const { init } = await import('../handlers/init.ts');
      const { environment } = options;
      return init(cli, {
        dir: String(options.dir),
        yes: options.yes === true,
        force: options.force === true,
        sandbox:
          options.sandbox === true
            ? { quickbooksPort: number(options, 'quickbooksPort'), zendeskPort: number(options, 'zendeskPort') }
            : undefined,
        ...text(options, 'source'),
        ...text(options, 'realmId'),
        ...text(options, 'subdomain'),
        ...((environment === 'production' || environment === 'sandbox') && { environment }),
      });
    },
  )
    .option('--yes', 'ask nothing: take the defaults and what is given here')
    .option('--source <connector>', 'where the customers are (default: asked for, quickbooks with --yes)')
    .addOption(new Option('--environment <name>', 'of QuickBooks').choices(['production', 'sandbox']))
    .option('--realm-id <id>', 'company of QuickBooks (default: connect writes it)')
    .option('--subdomain <name>', 'of Zendesk (default: asked for, from the environment with --yes)')
    .option('--dir <folder>', 'where to write', '.')
    .option('--force', 'replace files that are there')
    .option('--sandbox', 'for a running rolodesk sandbox')
    .option('--quickbooks-port <port>', 'of that sandbox', whole, 4010)
    .option('--zendesk-port <port>', 'of that sandbox', whole, 4020);
  command(
    'connect',
    'signs in to one side with the browser, and keeps its tokens, encrypted',
    'rolodesk connect quickbooks',
    async (cli, options, [system = '']) =>
      (await import('../handlers/connect.ts')).connect(cli, system, {
        browser: options.browser !== false,
        port: number(options, 'port'),
        adopt: options.adopt === true,
        clientCredentials: options.clientCredentials === true,
        ...text(options, 'redirectUri'),
      }),
  )
    .argument('<system>', 'quickbooks or zendesk; source or destination where both are one system')
    .option('--no-browser', 'only print the address')
    .option('--port <port>', 'of the redirect URI on this machine; 0 picks a free one', whole, 8723)
    .option(
      '--redirect-uri <url>',
      'an https address of your own: the address that the browser ended at is pasted here',
    )
    .option('--adopt', 'take the company that is picked, and write its id into the configuration')
    .option('--client-credentials', 'no sign-in: Zendesk lets the OAuth client in by its secret');
  command(
    'connections',
    'accounts, scopes, and until when each token is good; exit code for monitors',
    'rolodesk connections --json',
    async (cli) => (await import('../handlers/connections.ts')).connections(cli),
  );
  command(
    'disconnect',
    'revokes the tokens of one side, then forgets them',
    'rolodesk disconnect quickbooks',
    async (cli, options, [system = '']) =>
      (await import('../handlers/disconnect.ts')).disconnect(cli, system, { local: options.local === true }),
  )
    .argument('<system>', 'quickbooks or zendesk; source or destination where both are one system')
    .option('--local', 'only forget them here: they were ended at the vendor by hand');
  command(
    'connectors',
    'lists connectors; new NAME makes one with its test, test runs it, twin serves its API',
    'rolodesk connectors new acme --dir acme',
    async (cli, options, [action, ...names]) => {
      switch (action) {
        case 'new': {
          const { scaffold } = await import('../handlers/connectors/scaffold.ts');
          return scaffold(cli, { name: names[0] ?? '', dir: String(options.dir) });
        }
        case 'test':
          return (await import('../handlers/connectors/run-tests.ts')).runTests(cli, names);
        case 'twin': {
          const { serveTwin } = await import('../handlers/connectors/serve-twin.ts');
          const [file] = names;
          return serveTwin(cli, { file, port: number(options, 'port'), pages: number(options, 'pages') });
        }
        default:
          return (await import('../handlers/connectors/list.ts')).list(cli);
      }
    },
  )
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'new', 'test', 'twin']).default('list'))
    .argument('[name...]', 'name of the new connector; files of tests or of a twin, in place of all here')
    .option('--dir <folder>', 'where a new connector is written', '.')
    .option('--port <port>', 'of a twin; 0 picks a free one', whole, 4030)
    .option('--pages <n>', 'pages of records that a twin holds', whole, 3);
}
