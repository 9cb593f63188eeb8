import { csvLine } from '../../app/csv.ts';
import { defined } from '../../core/defined.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { DeadLetter } from '../../core/domain/known.ts';
import type { CommandContext } from '../command.ts';
import { deadLetterAsJson, linkAsJson, resultAsJson, runAsJson } from '../format/as-json.ts';
import { linksTo } from '../format/links.ts';
import { printPaged } from '../print/pager.ts';
import { printCustomer, printRejects, runLines, runTable } from '../print/print-run.ts';
import { writePrivateFile } from '../process/write-file.ts';
import { columnsOf } from '../terminal.ts';

/** Past runs, newest first. */
export async function runs(cli: CommandContext, { limit }: { readonly limit: number }): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const rows = await pipeline.runs({ limit });
    cli.printJson(rows.map(runAsJson));
    cli.print(rows.length === 0 ? 'No run yet. rolodesk sync makes the first.' : runTable(rows));
    return 0;
  });
}

/** One run's records by outcome (the latest without a choice), or one customer's history. */
export async function show(
  cli: CommandContext,
  run: string | undefined,
  { customer }: { readonly customer?: string },
): Promise<number> {
  if (run !== undefined && customer !== undefined)
    throw new ConfigError('show takes a run, or --customer KEY, not both.', {
      code: 'usage',
      hint: 'rolodesk runs lists the runs.',
    });
  return await cli.withPipeline(async (pipeline) => {
    if (customer === undefined) {
      const found = await pipeline.show(run ?? 'latest');
      const records = Object.entries(found.records).map(([outcome, list]) => [outcome, list.map(resultAsJson)]);
      cli.printJson({ run: runAsJson(found.run), records: Object.fromEntries(records) });
      if (cli.common.json) return 0;
      const { stdout } = cli.terminal;
      const columns = stdout.isTTY === true ? columnsOf(stdout) : undefined;
      const linksOf = (record: Parameters<typeof linksTo>[1]) => linksTo(pipeline, record);
      await printPaged(runLines(found, { style: cli.style, columns, linksOf }), cli.terminal);
      return 0;
    }
    const found = await pipeline.showCustomer(customer);
    const { key, link, email, shared, reject, history } = found;
    cli.printJson({
      key,
      link: link ? linkAsJson(link) : null,
      address: email ?? null,
      ...(shared && { sharedUser: shared }),
      deadLetter: reject ? deadLetterAsJson(reject) : null,
      history: history.map(resultAsJson),
    });
    printCustomer(cli, found, linksTo(pipeline, { key, destinationId: link?.destinationId }));
    return 0;
  });
}

/** What could not be written, and why. */
export async function rejects(cli: CommandContext, { csv }: { readonly csv?: string }): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const found = await pipeline.rejects();
    cli.printJson(
      found.map(({ key, code, message, detail, at, record }) => ({
        key,
        code,
        message,
        ...defined({ detail }),
        at: new Date(at).toISOString(),
        record: record.data,
      })),
    );
    if (csv !== undefined) await writePrivateFile(cli.pathOf(csv), csvOf(found));
    printRejects(cli, found, ({ key, blockedByUserId }) => linksTo(pipeline, { key, destinationId: blockedByUserId }));
    return 0;
  });
}

function* csvOf(letters: readonly DeadLetter[]): Generator<string> {
  yield csvLine(['key', 'code', 'message', 'at', 'record', 'detail']);
  for (const { key, code, message, at, record, detail = '' } of letters)
    yield csvLine([key, code, message, new Date(at).toISOString(), JSON.stringify(record.data), detail]);
}
