import type { CustomerDetails, RunDetails } from '../../app/operations/records.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { DeadLetter } from '../../core/domain/known.ts';
import type { Result } from '../../core/domain/result.ts';
import { failureOf } from '../../core/report/stored-failure.ts';
import type { RunRow } from '../../core/state/store.ts';
import type { CommandContext } from '../command.ts';
import { csvLine } from '../format/csv.ts';
import { withNames } from '../format/format-value.ts';
import { visibleLine } from '../format/visible.ts';
import { writePrivateFile } from '../process/write-file.ts';
import { table } from '../terminal.ts';

/** Past runs, newest first. */
export async function runs(cli: CommandContext, { limit }: { readonly limit: number }): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const rows = await pipeline.runs({ limit });
    cli.printJson(rows);
    cli.print(
      rows.length === 0
        ? 'No run yet. rolodesk sync makes the first.'
        : table([['run', 'kind', 'outcome', 'started', 'reason'], ...rows.map(runLine)]),
    );
    return 0;
  });
}

/** One run's records by outcome, or one customer's history. */
export async function show(
  cli: CommandContext,
  run: string | undefined,
  { customer }: { readonly customer?: string },
): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    if (run !== undefined && customer === undefined) showRun(cli, await pipeline.show(run));
    else if (run === undefined && customer !== undefined) showCustomer(cli, await pipeline.showCustomer(customer));
    else
      throw new ConfigError('show takes a run, or --customer KEY.', {
        code: 'usage',
        hint: 'rolodesk runs lists the runs.',
      });
    return 0;
  });
}

function showCustomer(cli: CommandContext, { key, link, email, reject, history }: CustomerDetails): void {
  cli.printJson({ key, link: link ?? null, address: email ?? null, deadLetter: reject ?? null, history });
  cli.print(cli.style.bold(`customer ${visibleLine(key)}`));
  cli.print(
    link
      ? `  Zendesk user ${link.destinationId} (${link.origin}), external_id ${link.externalId}`
      : '  has no Zendesk user of ours',
  );
  if (email !== undefined) cli.print(visibleLine(`  holds the address ${email}`));
  if (reject) {
    const { code, message, detail = '' } = reject;
    cli.print(cli.style.warn(visibleLine(`  waits as a dead letter, ${code}: ${message} ${detail}`.trimEnd())));
  }
  for (const entry of history) cli.print(`  ${resultLine(entry)}`);
}

function showRun(cli: CommandContext, { run, failure, tallies, records }: RunDetails): void {
  cli.printJson({ run, records });
  cli.print(table([runLine(run)]));
  if (failure) cli.print(`${cli.style.bad(`  ${failure.message}`)}${failure.hint ? `\n  ${failure.hint}` : ''}`);
  if (tallies) cli.print(table(Object.entries(tallies).map(([name, n]) => [`  ${name}`, String(n).padStart(8)])));
  const kept = Object.values(records).some((list) => list.length > 0);
  const had = tallies !== undefined && tallies.read > tallies.unchanged;
  if (had && !kept) cli.print(cli.style.dim('  Its records are no longer kept (retention); the counts stay.'));
  for (const [outcome, list] of Object.entries(records)) {
    if (list.length > 0) cli.print(cli.style.bold(`${outcome}: ${list.length}`));
    for (const result of list) cli.print(`  ${visibleLine(result.key)}  ${resultLine(result)}`);
  }
}

/** Dead letters: what could not be written, and why. */
export async function rejects(cli: CommandContext, { csv }: { readonly csv?: string }): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const letters = await pipeline.rejects();
    cli.printJson(
      letters.map(({ key, code, message, detail, at, record }) => ({
        key,
        code,
        message,
        ...(detail !== undefined && { detail }),
        at: new Date(at).toISOString(),
        record: record.data,
      })),
    );
    if (csv !== undefined) await writePrivateFile(cli.pathOf(csv), csvOf(letters));
    if (letters.length === 0) cli.print('No rejects.');
    for (const [code, list] of Map.groupBy(letters, (letter) => letter.code)) {
      cli.print(cli.style.bold(`${code}: ${list.length}`));
      for (const { key, message, detail } of list) {
        cli.print(visibleLine(`  ${key}  ${message}`));
        if (detail !== undefined) cli.print(cli.style.dim(visibleLine(`      ${detail}`)));
      }
    }
    return 0;
  });
}

function* csvOf(letters: readonly DeadLetter[]): Generator<string> {
  yield csvLine(['key', 'code', 'message', 'at', 'record', 'detail']);
  for (const { key, code, message, at, record, detail = '' } of letters)
    yield csvLine([key, code, message, new Date(at).toISOString(), JSON.stringify(record.data), detail]);
}

function runLine(run: RunRow): string[] {
  const { id, kind, outcome, startedAt } = run;
  const failure = failureOf(run);
  return [id, kind, outcome, new Date(startedAt).toISOString(), ...(failure ? [failure.code] : [])];
}

function resultLine({ outcome, code, message, detail, destinationId, changes, at }: Result): string {
  const what = Object.entries(changes ?? {}).map(
    ([field, [before, after]]) =>
      `${field}: ${JSON.stringify(withNames(before))} → ${JSON.stringify(withNames(after))}`,
  );
  const parts = [
    new Date(at).toISOString(),
    outcome,
    code,
    destinationId && `user ${destinationId}`,
    message,
    detail,
    ...what,
  ];
  return visibleLine(parts.filter((part) => part !== undefined && part !== '').join('  '));
}
