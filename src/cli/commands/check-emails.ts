import { type Examination, examine } from '../../app/email-check/examine.ts';
import { systemClock } from '../../core/clock.ts';
import type { CommandContext } from '../command.ts';
import { csvLine } from '../csv.ts';
import { type Counts, linesOf, type Policies } from '../format-email-check.ts';
import { printPaged, printPieces } from '../pager.ts';
import { createProgress } from '../progress.ts';
import { writePrivateFile } from '../write-file.ts';

/**
 * Shows what stands in the way of the customers' addresses, and what the configuration makes of each, before anything is
 * written. Findings are no failures: exit 0 when every customer was read.
 */
export async function checkEmails(cli: CommandContext, { csv }: { readonly csv?: string }): Promise<number> {
  return await cli.withPipeline({ write: true, online: 'source', allowInvalidMapping: true }, async (opened) => {
    const progress = createProgress(cli, systemClock.now, 'check-emails');
    const { signal } = cli.terminal;
    const examination = await examine(opened, { signal, ...(progress.show && { onProgress: progress.show }) });
    progress.done();
    try {
      await tell(cli, examination, opened.settings.config.policies);
      if (csv !== undefined) await writePrivateFile(cli.pathOf(csv), csvOf(examination));
      if (csv !== undefined) cli.print(`\nWritten to ${csv}.`);
    } finally {
      await examination.close();
    }
    const { error, outcome } = examination.report;
    return error?.exitCode ?? (outcome === 'paused' ? 130 : 0);
  });
}

async function tell(cli: CommandContext, examination: Examination, policies: Policies): Promise<void> {
  const counts = await count(examination);
  if (cli.common.json) return await printPieces(jsonOf(examination, counts, policies), cli.terminal.stdout);
  await printPaged(linesOf(cli.style, examination, counts, policies), cli.terminal);
}

async function count({ findings }: Examination): Promise<Counts> {
  const counts = { shared: 0, malformed: 0, multiple: 0, role: 0, sharedAddresses: 0 };
  let address: string | undefined;
  for await (const finding of findings()) {
    counts[finding.kind] += 1;
    if (finding.kind !== 'shared' || finding.address === address) continue;
    counts.sharedAddresses += 1;
    address = finding.address;
  }
  return counts;
}

/** One document, written finding by finding. */
async function* jsonOf(
  { report, withAddress, findings }: Examination,
  { sharedAddresses, shared, ...counts }: Counts,
  { sharedEmail, invalidEmail }: Policies,
): AsyncGenerator<string> {
  const head = {
    read: report.tallies.read,
    withAddress,
    policies: { sharedEmail, invalidEmail },
    counts: { shared: { addresses: sharedAddresses, customers: shared }, ...counts },
    warnings: report.warnings,
    ...(report.error && { error: report.error }),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"findings":[`;
  let comma = '';
  for await (const finding of findings()) {
    yield `${comma}\n${JSON.stringify(finding)}`;
    comma = ',';
  }
  yield ']}\n';
}

async function* csvOf({ findings }: Examination): AsyncGenerator<string> {
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
