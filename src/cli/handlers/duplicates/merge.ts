import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OpenedPipeline } from '../../../app/create-pipeline.ts';
import type { MergePlan, MergeResult } from '../../../app/operations/duplicates/merge.ts';
import { readMergeFile } from '../../../app/operations/duplicates/merge-file.ts';
import type { MergeFile, TickProblem } from '../../../app/operations/duplicates/ticks.ts';
import { systemClock } from '../../../core/clock.ts';
import { defined } from '../../../core/defined.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { CommandContext } from '../../command.ts';
import { assertAnswer, confirm } from '../../confirm.ts';
import { countsOf, planLines, problemLines, resultLines } from '../../format/format-merge.ts';
import { wrapText } from '../../format/text-layout.ts';
import { createProgressLine } from '../../print/progress.ts';
import { say } from '../../print/screen.ts';
import { columnsOf } from '../../terminal.ts';

interface MergeCommandOptions {
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Merges what is ticked in a file, after showing what that means. */
export async function merge(cli: CommandContext, file: string, { dryRun, yes }: MergeCommandOptions): Promise<number> {
  if (!dryRun) assertAnswer(cli, { yes });
  const bytes = await bytesOf(cli.pathOf(file));
  return await cli.withPipeline(async (pipeline) => {
    const ticked = readMergeFile({ name: basename(file), bytes }, pipeline.destinationOrigin);
    if (ticked.choices.length === 0) return nothingToDo(cli, file, ticked);
    if (!dryRun) return await mergeTicked(cli, pipeline, ticked, { yes });
    const plan = await pipeline.planMerge(ticked.choices);
    cli.printJson({ dryRun: true, ...documentOf(plan, ticked) });
    for (const line of planLines(plan, ticked.problems, cli.style)) cli.print(fitted(cli, line));
    return 0;
  });
}

async function mergeTicked(
  cli: CommandContext,
  pipeline: OpenedPipeline,
  { choices, problems }: MergeFile,
  { yes }: Pick<MergeCommandOptions, 'yes'>,
): Promise<number> {
  const stop = 'Stopping once the merge in hand has ended. Ctrl-C again stops at once.';
  const progress = createProgressLine(cli, systemClock.now, stop);
  const result = await pipeline
    .merge(choices, {
      onProgress: ({ done, total }) => progress.show(`Merging ${done} / ${total}`),
      // Who says yes beforehand does not wait for a look at every user.
      ...(!yes && { approve }),
    })
    .finally(progress.done);
  if (result.kind === 'merged') return tell(cli, result, problems);
  cli.printJson({ ...documentOf(result.plan, { problems }), refused: true });
  cli.print('Nothing was merged.');
  return 1;

  /** With `--json` stdout is kept for the one document. */
  async function approve(plan: MergePlan): Promise<boolean> {
    progress.clear();
    const write = cli.common.json ? (text: string) => say(cli.terminal.stderr, text, { isStyled: true }) : cli.print;
    for (const line of planLines(plan, problems, cli.style)) write(fitted(cli, line));
    return (await confirm(cli, 'Merge them?', { yes })) === 'yes';
  }
}

function tell(
  cli: CommandContext,
  result: Extract<MergeResult, { kind: 'merged' }>,
  problems: readonly TickProblem[],
): number {
  const { report, outcomes } = result;
  const { run, pipeline, outcome, requests, warnings, error, startedAt, finishedAt } = report;
  const counts = countsOf(result);
  cli.printJson({
    run,
    pipeline,
    outcome,
    counts,
    results: outcomes,
    problems,
    requests,
    warnings,
    ...defined({ error }),
    startedAt,
    finishedAt,
  });
  for (const line of resultLines(result, problems, cli.style)) cli.print(fitted(cli, line));
  if (outcome === 'failed') return error?.exitCode ?? 70;
  if (outcome === 'paused') return 130;
  return counts.skipped + counts.refused + problems.length > 0 ? 1 : 0;
}

function nothingToDo(cli: CommandContext, file: string, { problems }: Pick<MergeFile, 'problems'>): number {
  cli.printJson({ pairs: [], counts: { merge: 0, gone: 0, skip: 0 }, withExternalId: 0, problems });
  cli.print(problems.length === 0 ? `Nothing to merge is ticked in ${file}.` : `Nothing was merged.`);
  for (const line of problemLines(problems, cli.style)) cli.print(fitted(cli, line));
  return problems.length === 0 ? 0 : 1;
}

function documentOf({ pairs, counts, withExternalId }: MergePlan, { problems }: Pick<MergeFile, 'problems'>) {
  return { pairs, counts, withExternalId, problems };
}

/** Lines are as long as their text where it is not a terminal. */
function fitted({ terminal: { stdout } }: CommandContext, line: string): string {
  return stdout.isTTY === true ? wrapText(line, columnsOf(stdout)) : line;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new ConfigError(`${path} can't be read.`, {
      code: 'usage',
      cause: error,
      hint: 'Give the file that rolodesk duplicates --out wrote.',
    });
  }
}
