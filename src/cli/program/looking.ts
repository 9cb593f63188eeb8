import { Argument } from 'commander';
import type { Define } from './define.ts';
import { number, whole } from './options.ts';

/** Commands that look at what was done, and settle what is left. */
export function declareLooking(command: Define): void {
  command(
    'status',
    'last success, rejects, held deactivations; exit code for monitors',
    'rolodesk status --json',
    async (cli) => (await import('../handlers/status.ts')).status(cli),
  );
  command('alerts', 'sends a test alert to every target of alerts.targets', 'rolodesk alerts test', async (cli) =>
    (await import('../handlers/alerts.ts')).testAlerts(cli),
  ).addArgument(new Argument('<action>', 'test: a message that says so').choices(['test']));
  command('runs', 'past runs, newest first', 'rolodesk runs --limit 5', async (cli, options) =>
    (await import('../handlers/records.ts')).runs(cli, { limit: number(options, 'limit') }),
  ).option('--limit <n>', 'runs to list', whole, 20);
  command(
    'show',
    "one run's records by outcome, or one customer's history",
    'rolodesk show --customer 58',
    async (cli, options, args) => {
      const customer = options.customer;
      return (await import('../handlers/records.ts')).show(
        cli,
        args[0],
        typeof customer === 'string' ? { customer } : {},
      );
    },
  )
    .argument('[run]', 'a run, from rolodesk runs; the first characters of its id will do')
    .option('--customer <key>', "a customer's key in the source");
  command(
    'rejects',
    'what could not be written, and why',
    'rolodesk rejects --csv rejects.csv',
    async (cli, options) => {
      const csv = options.csv;
      return (await import('../handlers/records.ts')).rejects(cli, typeof csv === 'string' ? { csv } : {});
    },
  ).option('--csv <file>', 'also write them to a file');
  command(
    'audit',
    'compares both sides, field by field, from fresh reads (a call for 100 users); writes nothing',
    'rolodesk audit --html audit.html --csv audit.csv',
    async (cli, options) => {
      const { csv, html } = options;
      const files = { ...(typeof csv === 'string' && { csv }), ...(typeof html === 'string' && { html }) };
      return (await import('../handlers/audit.ts')).audit(cli, files);
    },
  )
    .option('--csv <file>', 'for a spreadsheet: every difference, reject and skip, with what to do')
    .option('--html <file>', 'a page to read and pass on');
  command(
    'bundle',
    'packs what a bug report about a run needs; no secrets, no customer data',
    'rolodesk bundle 6f1c…',
    async (cli, options, args) => {
      const { out } = options;
      return (await import('../handlers/bundle.ts')).bundle(cli, args[0] ?? '', typeof out === 'string' ? { out } : {});
    },
  )
    .argument('<run>', 'a run, from rolodesk runs')
    .option('--out <file>', 'where to (default: rolodesk-bundle-<run>.tar.gz here)');
  command(
    'link',
    'settles a conflict by hand: this customer is that Zendesk user',
    'rolodesk link 58 361234567890',
    async (cli, _, args) => (await import('../handlers/link.ts')).link(cli, args[0] ?? '', args[1] ?? ''),
  )
    .argument('<key>', "the customer's key in the source")
    .argument('<zendesk-id>', 'id of the Zendesk user');
}
