import { systemClock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { RunReport } from '../../core/domain/run/run-report.ts';
import { createCanary, maxCanarySize } from '../canary.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { assertAnswer } from '../confirm.ts';
import { printReport } from '../print/print-report.ts';
import { createProgress } from '../print/progress.ts';
import { growYoungGeneration } from '../process/limit-memory.ts';

export interface SyncOptions {
  readonly full?: boolean;
  readonly limit?: number;
  readonly keys?: readonly string[];
  readonly allowDeactivations?: number;
  /** Ends the hold that an undo left. */
  readonly resume?: boolean;
  /** Path of a plan. */
  readonly plan?: string;
  /** Look at so many writes before there are more. */
  readonly canary?: number;
  /** Go on after the canary without asking. */
  readonly yes?: boolean;
}

/** Brings Zendesk in step with the source. */
export async function sync(cli: CommandContext, options: SyncOptions): Promise<number> {
  const { keys = [], plan, canary, yes = false, ...choices } = options;
  assertPlanAlone(options);
  if (canary !== undefined) assertCanary(cli, canary, { yes });
  return await cli.withPipeline(async (pipeline) => {
    growYoungGeneration();
    const progress = createProgress(cli, systemClock.now, 'sync');
    const report = await pipeline
      .sync({
        ...choices,
        keys,
        ...(plan !== undefined && { plan: cli.pathOf(plan) }),
        ...(canary !== undefined && { canary: createCanary(cli, { size: canary, yes, before: progress.clear }) }),
        ...defined({ onProgress: progress.show }),
      })
      .finally(progress.done);
    return tell(cli, report, 'sync');
  });
}

/** Sends rejects again: all, or those of the keys given. */
export async function retry(cli: CommandContext, keys: readonly string[]): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    growYoungGeneration();
    const progress = createProgress(cli, systemClock.now, 'retry');
    const report = await pipeline.retry({ keys, ...defined({ onProgress: progress.show }) }).finally(progress.done);
    return tell(cli, report, 'retry');
  });
}

function assertPlanAlone({ full, limit, keys = [], allowDeactivations, plan }: SyncOptions): void {
  const isNarrowed = full === true || limit !== undefined || keys.length > 0 || allowDeactivations !== undefined;
  if (plan === undefined || !isNarrowed) return;
  throw new ConfigError('--plan takes no other choice: the plan says what is done.', {
    code: 'usage',
    hint: 'Give --full, --keys and --allow-deactivations to rolodesk plan.',
  });
}

/** Throws ConfigError before anything is opened: without somebody to ask, the run must not begin. */
function assertCanary(cli: CommandContext, size: number, { yes }: { readonly yes: boolean }): void {
  if (size < 1 || size > maxCanarySize)
    throw new ConfigError(`--canary takes 1 to ${maxCanarySize}, got ${size}.`, {
      code: 'usage',
      hint: 'A canary is read by a person: ten is a good number.',
    });
  assertAnswer(cli, { yes });
}

function tell(cli: CommandContext, report: RunReport, kind: 'sync' | 'retry'): number {
  cli.printJson(report);
  printReport(cli, report, { kind });
  return exitCodeOf(report);
}
