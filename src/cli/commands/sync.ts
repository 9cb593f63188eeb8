import type { CustomerPipeline } from '../../app/compose.ts';
import { withAlerts } from '../../app/with-alerts.ts';
import { systemClock } from '../../core/clock.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { RunReport } from '../../core/domain/run-report.ts';
import { beforeRun } from '../../core/pipeline/before-run.ts';
import { runPipeline } from '../../core/pipeline/run.ts';
import type { RunOptions } from '../../core/pipeline/types.ts';
import { readPlan } from '../../core/plan/plan-file.ts';
import { assertNotPaused } from '../../core/undo/pause.ts';
import { createCanary, maxCanarySize } from '../canary.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { assertAnswer } from '../confirm.ts';
import { printReport } from '../print-report.ts';
import { createProgress } from '../progress.ts';

export interface SyncOptions {
  readonly full?: boolean;
  readonly limit?: number;
  readonly only?: readonly string[];
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
  const { full, limit, only, allowDeactivations, plan, canary, resume = false } = options;
  const narrowed = full === true || limit !== undefined || (only?.length ?? 0) > 0 || allowDeactivations !== undefined;
  if (plan !== undefined && narrowed)
    throw new ConfigError('--plan takes no other choice: the plan says what is done.', {
      code: 'usage',
      hint: 'Give --full, --only and --allow-deactivations to rolodesk plan.',
    });
  const gate = canary === undefined ? undefined : gateOf(cli, canary, options);
  const isPart = limit !== undefined || (only?.length ?? 0) > 0 || plan !== undefined;
  const reads = isPart ? 'some' : full === true ? 'everything' : 'changes';
  return await withAlerts(cli.app, { reads, signal: cli.terminal.signal }, (ended) =>
    run(cli, gate, {
      kind: 'sync',
      ended,
      prepare: async (pipeline) => {
        const approved = plan === undefined ? undefined : await readPlan(cli.pathOf(plan), pipeline);
        await beforeRun('sync', { ...pipeline, signal: cli.terminal.signal }, () =>
          assertNotPaused(pipeline, { resume }),
        );
        if (approved) return { plan: approved };
        return {
          ...(full !== undefined && { full }),
          ...(limit !== undefined && { limit }),
          ...(only && only.length > 0 && { keys: only }),
          ...(allowDeactivations !== undefined && { allowDeactivations }),
        };
      },
    }),
  );
}

/** Sends dead letters again: all, or those of the keys given. */
export async function retry(cli: CommandContext, keys: readonly string[]): Promise<number> {
  return await run(cli, undefined, {
    kind: 'retry',
    prepare: async (pipeline) => {
      await assertRejected(pipeline, keys);
      await beforeRun('retry', { ...pipeline, signal: cli.terminal.signal }, () =>
        assertNotPaused(pipeline, { resume: false }),
      );
      return keys.length > 0 ? { keys } : {};
    },
  });
}

/** Throws ConfigError for a key that no reject has: nothing would be done for it, and nobody would know. */
async function assertRejected({ store, id }: CustomerPipeline, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const rejected = new Set((await store.deadLetters(id, { keys, limit: keys.length })).map(({ key }) => key));
  const unknown = keys.filter((key) => !rejected.has(key));
  if (unknown.length === 0) return;
  throw new ConfigError(`No customer with the key ${unknown.join(', ')} was rejected. Nothing was retried.`, {
    code: 'unknown-key',
    hint: `rolodesk rejects lists the keys; rolodesk sync --only ${unknown[0]} reads a customer again.`,
  });
}

interface Gate {
  readonly size: number;
  readonly yes: boolean;
}

/** Throws ConfigError before anything is opened: without somebody to ask, the run must not begin. */
function gateOf(cli: CommandContext, size: number, { yes = false }: SyncOptions): Gate {
  if (size < 1 || size > maxCanarySize)
    throw new ConfigError(`--canary takes 1 to ${maxCanarySize}, got ${size}.`, {
      code: 'usage',
      hint: 'A canary is read by a person: ten is a good number.',
    });
  assertAnswer(cli, { yes });
  return { size, yes };
}

async function run(
  cli: CommandContext,
  gate: Gate | undefined,
  {
    kind,
    prepare,
    ended,
  }: {
    readonly kind: RunOptions['kind'];
    readonly prepare: (
      pipeline: CustomerPipeline,
    ) => Promise<Omit<RunOptions, 'kind' | 'signal' | 'onProgress' | 'canary'>>;
    readonly ended?: (report: RunReport) => void;
  },
): Promise<number> {
  return await cli.withPipeline({ write: true, online: true, run: kind }, async ({ pipeline }) => {
    const options = await prepare(pipeline);
    const progress = createProgress(cli, systemClock.now, kind);
    const report = await runPipeline(pipeline, {
      kind,
      ...options,
      signal: cli.terminal.signal,
      ...(progress.show && { onProgress: progress.show }),
      ...(gate && { canary: createCanary(cli, { ...gate, before: progress.clear }) }),
    });
    progress.done();
    ended?.(report);
    cli.printJson(report);
    printReport(cli, report);
    return exitCodeOf(report);
  });
}
