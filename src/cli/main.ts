#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { RolodeskError } from '../core/errors.ts';
import { createRedactor } from '../core/redact.ts';
import type { Stage } from './command.ts';
import type { Common, Terminal } from './terminal.ts';

const terminal = createTerminal();
process.exitCode = await main(process.argv);

async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage(error, argv);
    return fail(error, argv.includes('--json'));
  }
}

function createProgram(ended: (exitCode: number) => void): Command {
  const program = new Command('rolodesk')
    .description("Keeps Zendesk's users in step with the customers of another system.")
    .version('0.1.0')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showHelpAfterError()
    .addHelpText(
      'after',
      '\nTry it without an account:\n  $ rolodesk demo\n\nExit codes: 0 done, 1 done but some rejected or held, 2 configuration or usage, 3 credentials or rights,\n4 other side unavailable, 5 untrusted response, 6 state, 70 a bug, 130 interrupted.',
    );

  /** A command with the options that all have. Its code is loaded when it is called. */
  function command(
    name: string,
    description: string,
    example: string,
    act: (stage: Stage, options: Record<string, unknown>, args: string[]) => Promise<number>,
  ): Command {
    const made = program
      .command(name)
      .description(description)
      .option('-c, --config <file>', 'configuration file (default: rolodesk.yaml here)')
      .option('--json', 'print one JSON document on stdout, nothing else')
      .option('-q, --quiet', 'no progress')
      .option('-v, --verbose', 'log to stderr')
      .option('--no-color', 'no colours')
      .addHelpText('after', `\nExample:\n  $ ${example}`);
    return made.action(async () => {
      const { createStage } = await import('./command.ts');
      const options: Record<string, unknown> = made.opts();
      ended(await act(createStage(terminal, common(options)), options, made.args));
    });
  }

  command(
    'check',
    'credentials, rights, bulk import, fields of the mapping, mails: a line each',
    'rolodesk check',
    async (stage) => (await import('./commands/check.ts')).check(stage),
  );
  command(
    'preview',
    'shows a few records beside the users they would become; Zendesk is not called',
    'rolodesk preview --limit 5',
    async (stage, options) =>
      (await import('./commands/preview.ts')).preview(stage, { limit: number(options, 'limit') }),
  ).option('--limit <n>', 'records to show', whole, 3);
  command(
    'sync',
    'brings Zendesk in step with the source',
    'rolodesk sync --only 58 59 --json',
    async (stage, options) =>
      (await import('./commands/sync.ts')).sync(stage, {
        full: options.full === true,
        ...(typeof options.limit === 'number' && { limit: options.limit }),
        ...(typeof options.allowDeactivations === 'number' && { allowDeactivations: options.allowDeactivations }),
        only: texts(options.only),
      }),
  )
    .option('--full', 'read every customer, not only those changed since the last sync')
    .option('--limit <n>', 'stop after so many customers', whole)
    .option('--only <key...>', 'only these customers')
    .option('--allow-deactivations <n>', 'allow so many deactivations in this run', whole);
  command(
    'status',
    'last success, rejects, held deactivations; exit code for monitors',
    'rolodesk status --json',
    async (stage) => (await import('./commands/records.ts')).status(stage),
  );
  command('runs', 'past runs, newest first', 'rolodesk runs --limit 5', async (stage, options) =>
    (await import('./commands/records.ts')).runs(stage, { limit: number(options, 'limit') }),
  ).option('--limit <n>', 'runs to list', whole, 20);
  command(
    'show',
    "one run's records by outcome, or one customer's history",
    'rolodesk show --customer 58',
    async (stage, options, args) => {
      const customer = options.customer;
      return (await import('./commands/records.ts')).show(
        stage,
        args[0],
        typeof customer === 'string' ? { customer } : {},
      );
    },
  )
    .argument('[run]', 'a run, from rolodesk runs')
    .option('--customer <key>', "a customer's key in the source");
  command(
    'rejects',
    'what could not be written, and why',
    'rolodesk rejects --csv rejects.csv',
    async (stage, options) => {
      const csv = options.csv;
      return (await import('./commands/records.ts')).rejects(stage, typeof csv === 'string' ? { csv } : {});
    },
  ).option('--csv <file>', 'also write them to a file');
  command('retry', 'sends rejects again: all, or these', 'rolodesk retry 58 59', async (stage, _, args) =>
    (await import('./commands/sync.ts')).retry(stage, args),
  ).argument('[key...]', 'keys of customers');
  command(
    'link',
    'settles a conflict by hand: this customer is that Zendesk user',
    'rolodesk link 58 361234567890',
    async (stage, _, args) => (await import('./commands/link.ts')).link(stage, args[0] ?? '', args[1] ?? ''),
  )
    .argument('<key>', "the customer's key in the source")
    .argument('<zendesk-id>', 'id of the Zendesk user');
  command(
    'sandbox',
    'QuickBooks and Zendesk twins on this machine, for rehearsals',
    'rolodesk sandbox --customers 10000 --write-config rolodesk.yaml',
    async (stage, options) => {
      const { sandbox } = await import('./commands/sandbox.ts');
      const writeConfig = options.writeConfig;
      return sandbox(stage, {
        customers: number(options, 'customers'),
        users: number(options, 'users'),
        seed: number(options, 'seed'),
        plan: String(options.plan),
        jobLatency: number(options, 'jobLatency'),
        quickbooksPort: number(options, 'quickbooksPort'),
        zendeskPort: number(options, 'zendeskPort'),
        quickbooksFault: texts(options.quickbooksFault),
        zendeskFault: texts(options.zendeskFault),
        noBulk: options.bulk === false,
        ...(typeof writeConfig === 'string' && { writeConfig }),
      });
    },
  )
    .option('--customers <n>', 'customers in QuickBooks', whole, 250)
    .option('--users <n>', 'users in Zendesk beforehand', whole, 40)
    .option('--seed <n>', 'the same seed gives the same people', whole, 1)
    .option('--plan <plan>', "Zendesk's plan: its requests a minute", 'enterprise-plus')
    .option('--job-latency <ms>', 'how long a bulk job takes', whole, 1000)
    .option('--quickbooks-port <port>', '0 picks a free one', whole, 4010)
    .option('--zendesk-port <port>', '0 picks a free one', whole, 4020)
    .option('--quickbooks-fault <rule...>', 'such as 429:path=query,every=5')
    .option('--zendesk-fault <rule...>', 'such as reset-after:path=create_many,nth=2')
    .option('--no-bulk', 'bulk import is off for the account')
    .option('--write-config <file>', 'write a rolodesk.yaml for it');
  command('demo', 'a guided tour on the sandbox; needs no account', 'rolodesk demo', async (stage) =>
    (await import('./commands/demo.ts')).demo(stage),
  );
  return program;
}

function common(options: Record<string, unknown>): Common {
  const config = options.config;
  return {
    ...(typeof config === 'string' && { config }),
    json: options.json === true,
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    color: options.color !== false,
  };
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}

function number(options: Record<string, unknown>, name: string): number {
  const value = options[name];
  return typeof value === 'number' ? value : 0;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function createTerminal(): Terminal {
  const stop = new AbortController();
  const redactor = createRedactor([]);
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // A second one ends the process at once: what is in flight is found out by the next run.
      if (stop.signal.aborted) process.exit(130);
      stop.abort(new Error('The run was asked to stop.'));
    });
  }
  // A reader that has gone away (`| head`) is no failure.
  process.stdout.on('error', (error: Error & { code?: string }) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    redactor,
    signal: stop.signal,
  };
}

function usage(error: CommanderError, argv: readonly string[]): number {
  const message = error.message.replace(/^error: /, '');
  if (argv.includes('--json'))
    terminal.stdout.write(
      `${JSON.stringify({ error: { code: 'usage', message, hint: 'rolodesk --help lists the commands.' } })}\n`,
    );
  terminal.stderr.write(`${message}\nrolodesk --help lists the commands.\n`);
  return 2;
}

function fail(error: unknown, asJson: boolean): number {
  if (terminal.signal.aborted) return 130;
  const { redact } = terminal.redactor;
  const known = error instanceof RolodeskError;
  const code = known ? error.code : 'bug';
  const message = redact(
    known
      ? error.message
      : `An internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  const hint = known ? error.hint : 'This is a bug in Rolodesk. Run again with -v and report both.';
  if (asJson)
    terminal.stdout.write(`${JSON.stringify({ error: { code, message, ...(hint && { hint: redact(hint) }) } })}\n`);
  terminal.stderr.write(`${message}\n${hint ? `${redact(hint)}\n` : ''}`);
  return known ? error.exitCode : 70;
}
