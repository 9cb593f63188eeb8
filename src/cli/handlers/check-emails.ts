import { csvLine } from '../../app/csv.ts';
import type { EmailReport } from '../../app/operations/check-emails.ts';
import { systemClock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { CommandContext } from '../command.ts';
import { linesOf } from '../format/format-email-check.ts';
import { printPaged, printPieces } from '../print/pager.ts';
import { createProgress } from '../print/progress.ts';
import { writePrivateFile } from '../process/write-file.ts';

/**
 * Shows what stands in the way of the customers' addresses, and what the configuration makes of each, before anything is
 * written. Findings are not failures: it exits 0 once every customer was read.
 */
export async function checkEmails(cli: CommandContext, { csv }: { readonly csv?: string }): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const progress = createProgress(cli, systemClock.now, 'check-emails');
    await using found = await pipeline
      .checkEmails({ ...defined({ onProgress: progress.show }) })
      .finally(progress.done);
    if (cli.common.json) await printPieces(jsonOf(found), cli.terminal.stdout);
    else await printPaged(linesOf(cli.style, found), cli.terminal);
    if (csv !== undefined) {
      await writePrivateFile(cli.pathOf(csv), csvOf(found));
      cli.print(`\nWritten to ${csv}.`);
    }
    const { error, outcome } = found.report;
    return error?.exitCode ?? (outcome === 'paused' ? 130 : 0);
  });
}

/** One document, written finding by finding. */
async function* jsonOf({ report, withAddress, counts: all, policies, findings }: EmailReport): AsyncGenerator<string> {
  const { sharedAddresses, shared, ...counts } = all;
  const head = {
    read: report.tallies.read,
    withAddress,
    policies,
    counts: { shared: { addresses: sharedAddresses, customers: shared }, ...counts },
    warnings: report.warnings,
    ...defined({ error: report.error }),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"findings":[`;
  let comma = '';
  for await (const finding of findings()) {
    yield `${comma}\n${JSON.stringify(finding)}`;
    comma = ',';
  }
  yield ']}\n';
}

async function* csvOf({ findings }: EmailReport): AsyncGenerator<string> {
  yield csvLine([
    'finding',
    'key',
    'name',
    'in the source',
    'address',
    'outcome',
    'reason',
    'has address',
    'holder',
    'role',
  ]);
  for await (const { kind, key, name, text, address, outcome, reason, hasAddress, holder, role } of findings())
    yield csvLine([
      kind,
      key,
      name,
      text,
      address ?? '',
      outcome,
      reason ?? '',
      hasAddress ? 'yes' : 'no',
      holder ?? '',
      role ?? '',
    ]);
}
