import { csvLine } from '../../../app/csv.ts';
import type { DuplicatesReport } from '../../../app/operations/duplicates/duplicates.ts';
import { mergeFileColumns } from '../../../app/operations/duplicates/merge-file.ts';
import { systemClock } from '../../../core/clock.ts';
import type { CommandContext } from '../../command.ts';
import { duplicateLines, whyOf } from '../../format/format-duplicates.ts';
import { versioned } from '../../format/json-document.ts';
import { printPaged, printPieces } from '../../print/pager.ts';
import { createProgressLine } from '../../print/progress.ts';
import { writePrivateFile } from '../../process/write-file.ts';

/** Lists users that are likely one customer, on the screen, as JSON, and in a file to tick. */
export async function duplicates(cli: CommandContext, { out }: { readonly out?: string }): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const line = createProgressLine(cli, systemClock.now, 'Stopping. Nothing was written.');
    const onProgress = ({ users }: { readonly users: number }): void =>
      line.show(`Reading Zendesk's users: ${users.toLocaleString('en-US')}`);
    await using report = await pipeline.duplicates({ onProgress }).finally(line.done);
    if (out !== undefined) await writePrivateFile(cli.pathOf(out), csvOf(report));
    if (cli.common.json) await printPieces(jsonOf(report), cli.terminal.stdout);
    else await printPaged(duplicateLines(report, cli.style), cli.terminal);
    if (out !== undefined && report.counts.groups > 0) {
      cli.print(`\nTo tick: ${out}`);
      cli.print(cli.style.dim('  Put an x under keep for one user of a group and under merge for others.'));
    }
    return report.counts.groups === 0 ? 0 : 1;
  });
}

/** One document, written group by group. */
async function* jsonOf(report: DuplicatesReport): AsyncGenerator<string> {
  const { pipeline, at, destinationOrigin, counts, requests, warnings } = report;
  const head = versioned({ pipeline, at, destinationOrigin, counts, requests, warnings });
  yield `${JSON.stringify(head).slice(0, -1)},"groups":[`;
  let comma = '';
  for await (const group of report.groups()) {
    yield `${comma}\n${JSON.stringify(group)}`;
    comma = ',';
  }
  yield ']}\n';
}

async function* csvOf(report: DuplicatesReport): AsyncGenerator<string> {
  yield csvLine(mergeFileColumns);
  for await (const group of report.groups())
    for (const user of group.users) {
      const { url, name, email = '', phone = '', organization = '', customer = '', createdAt = '', version } = user;
      const known = [name, email, phone, organization, customer, createdAt];
      yield csvLine([String(group.group), '', '', url, ...known, whyOf(user, group), version]);
    }
}
