import { Argument } from 'commander';
import { ConfigError } from '../../core/domain/errors.ts';
import type { Define } from './define.ts';
import { number, texts, whole } from './options.ts';

/** Commands that read the source, and those that write to the destination. */
export function declareRunning(command: Define): void {
  command(
    'check',
    'credentials, rights, bulk import, fields of the mapping, mails: a line each',
    'rolodesk check',
    async (cli, { emails, csv }) => {
      if (emails === true)
        return (await import('../handlers/check-emails.ts')).checkEmails(cli, typeof csv === 'string' ? { csv } : {});
      if (csv !== undefined) throw new ConfigError('--csv goes with --emails.', { code: 'usage' });
      return (await import('../handlers/check.ts')).check(cli);
    },
  )
    .option(
      '--emails',
      "instead: the customers' addresses, and what the policies make of those that are shared or no good",
    )
    .option('--csv <file>', 'with --emails: also write them to a file');
  command(
    'fields',
    "Zendesk's custom fields next to the mapping, and the source's fields; fields apply makes the declared ones",
    'rolodesk fields apply --yes',
    async (cli, options, args) => {
      const fromSource = options.fromSource === true;
      if (fromSource && args[0] !== 'apply')
        return (await import('../handlers/fields-of-source.ts')).declareFields(cli);
      const { applyFields, fields } = await import('../handlers/fields.ts');
      return args[0] === 'apply' ? applyFields(cli, { yes: options.yes === true, fromSource }) : fields(cli);
    },
  )
    .addArgument(
      new Argument('[action]', 'apply: make what is declared under fields: and Zendesk lacks').choices(['apply']),
    )
    .option('--from-source', 'of a Zendesk that is read from: print its fields as declarations, or apply them')
    .option('--yes', 'do not ask');
  command(
    'preview',
    'shows a few records next to the users they would become; Zendesk is not called',
    'rolodesk preview --limit 5',
    async (cli, options) => (await import('../handlers/preview.ts')).preview(cli, { limit: number(options, 'limit') }),
  ).option('--limit <n>', 'records to show', whole, 3);
  command(
    'plan',
    'every create, update, skip and conflict that a sync would make; writes nothing',
    'rolodesk plan --out plan.json',
    async (cli, options) =>
      (await import('../handlers/plan.ts')).plan(cli, {
        full: options.full === true,
        only: texts(options.only),
        ...(typeof options.allowDeactivations === 'number' && { allowDeactivations: options.allowDeactivations }),
        ...(typeof options.out === 'string' && { out: options.out }),
        ...(typeof options.html === 'string' && { html: options.html }),
      }),
  )
    .option('--out <file>', 'keep it for rolodesk sync --plan')
    .option('--html <file>', 'a page to read and pass on')
    .option('--full', 'read every customer, not only those changed since the last sync')
    .option('--only <key...>', 'only these customers')
    .option('--allow-deactivations <n>', 'allow so many deactivations', whole);
  command('sync', 'brings Zendesk in step with the source', 'rolodesk sync --only 58 59 --json', async (cli, options) =>
    (await import('../handlers/sync.ts')).sync(cli, {
      full: options.full === true,
      ...(typeof options.limit === 'number' && { limit: options.limit }),
      ...(typeof options.allowDeactivations === 'number' && { allowDeactivations: options.allowDeactivations }),
      only: texts(options.only),
      ...(typeof options.plan === 'string' && { plan: options.plan }),
      ...(typeof options.canary === 'number' && { canary: options.canary }),
      yes: options.yes === true,
      resume: options.resume === true,
    }),
  )
    .option('--canary <n>', 'write the first N users, show the result, and ask before continuing', whole)
    .option('--yes', 'go on after the canary without asking')
    .option('--resume', 'write again after an undo or a refused canary, reading everything')
    .option('--plan <file>', 'do exactly what this plan holds; what has changed since is skipped as drifted')
    .option('--full', 'read every customer, not only those changed since the last sync')
    .option('--limit <n>', 'stop after so many customers', whole)
    .option('--only <key...>', 'only these customers')
    .option('--allow-deactivations <n>', 'allow so many deactivations in this run', whole);
  command('retry', 'sends rejects again: all, or these', 'rolodesk retry 58 59', async (cli, _, args) =>
    (await import('../handlers/sync.ts')).retry(cli, args),
  ).argument('[key...]', 'keys of customers');
  command(
    'undo',
    'reverts a run: deletes the users it created, restores the fields it changed',
    'rolodesk undo 6f1c… --dry-run',
    async (cli, options, args) =>
      (await import('../handlers/undo.ts')).undo(cli, args[0] ?? '', {
        dryRun: options.dryRun === true,
        yes: options.yes === true,
      }),
  )
    .argument('<run>', 'a run, from rolodesk runs; the first characters of its id will do')
    .option('--dry-run', 'show what it would do, with calls and time')
    .option('--yes', 'do not ask');
  command(
    'forget',
    "removes a person's data from the state; Zendesk and the source keep theirs",
    'rolodesk forget 58',
    async (cli, options, args) =>
      (await import('../handlers/forget.ts')).forget(cli, args[0] ?? '', { yes: options.yes === true }),
  )
    .argument('<key>', "the customer's key in the source")
    .option('--yes', 'do not ask');
}
