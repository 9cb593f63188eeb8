import { counted } from '../../core/records/counted.ts';
import { isPostgresUrl } from '../../core/state/postgres/connection/address.ts';
import type { StoredDataCounts } from '../../core/state/stored-data-counts.ts';
import type { CommandContext } from '../command.ts';
import { confirm } from '../confirm.ts';
import { visibleLine } from '../format/visible.ts';

const words: Readonly<Record<keyof StoredDataCounts, readonly [one: string, many: string]>> = {
  links: ['link to a Zendesk user', 'links to Zendesk users'],
  emails: ['claim of an address', 'claims of addresses'],
  rejects: ['reject', 'rejects'],
  pending: ['pending record', 'pending records'],
  deferred: ['waiting record', 'waiting records'],
  shared: ['record under its address', 'records under its address'],
  records: ['record of a run, with its old values', 'records of runs, with their old values'],
  changes: ['change that the source sent', 'changes that the source sent'],
  writes: ['write whose outcome is not known yet', 'writes whose outcomes are not known yet'],
  users: ['Zendesk user in the local directory', 'Zendesk users in the local directory'],
};

/** Removes a person's data from the state, after asking. What Zendesk and the source hold stays, and is said to. */
export async function forget(cli: CommandContext, key: string, { yes }: { readonly yes: boolean }): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const result = await pipeline.forget(key, { approve });
    if (result.kind === 'declined') {
      cli.print('Nothing was removed.');
      return 1;
    }
    const { removed } = result;
    const isShared = isPostgresUrl(pipeline.stateLocation);
    cli.printJson({ key, pipeline: pipeline.name, removed });
    cli.print(
      describe(removed).length > 0
        ? `${cli.style.good('✔')} Removed${isShared ? '' : ', and overwritten'} in ${pipeline.stateLocation}.`
        : `Nothing is kept about customer ${visibleLine(key)}.${isShared ? '' : ' Traces of older records, if any, are overwritten.'}`,
    );
    for (const line of [...remains(pipeline.sourceTitle), ...(isShared ? inDatabase : [])])
      cli.print(cli.style.dim(`  ${line}`));
    return 0;
  });

  async function approve(kept: StoredDataCounts): Promise<boolean> {
    cli.print(cli.style.bold(`Kept about customer ${visibleLine(key)}:`));
    for (const line of describe(kept)) cli.print(`  ${line}`);
    const question = 'Remove all of it? An undo of these runs will then leave the customer as it is.';
    return (await confirm(cli, question, { yes })) === 'yes';
  }
}

/** A database promises less than a file: what it has written elsewhere is out of our reach. */
const inDatabase = [
  'PostgreSQL keeps it in its log and in your backups for as long as these are kept,',
  'and in free space of its files until that is used again.',
];

function describe(kept: StoredDataCounts): string[] {
  return Object.entries(words).flatMap(([name, [one, many]]) => {
    const count = Object.entries(kept).find(([other]) => other === name)?.[1] ?? 0;
    return count === 0 ? [] : [counted(count, one, many)];
  });
}

function remains(source: string): readonly string[] {
  return [
    `The customer in ${source} and the user in Zendesk are still there: remove them there.`,
    'While the customer is there, the next sync that reads it (when it changes, or',
    'with --full) links it again. To keep it out, leave it out with `filter` first.',
    'The directory meets the user again when Zendesk next shows it as changed.',
    'Files that you had written (plans, CSV, pages) are yours to delete.',
  ];
}
