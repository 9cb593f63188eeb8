import { systemClock } from '../../core/clock.ts';
import { runPipeline } from '../../core/pipeline/run.ts';
import type { RunOptions } from '../../core/pipeline/types.ts';
import { exitCodeOf, type Stage } from '../command.ts';
import { printReport } from '../print-report.ts';
import { createProgress } from '../progress.ts';

const dayMs = 86_400_000;

export interface SyncOptions {
  readonly full?: boolean;
  readonly limit?: number;
  readonly only?: readonly string[];
  readonly allowDeactivations?: number;
}

/** Brings Zendesk in step with the source. */
export async function sync(stage: Stage, { full, limit, only, allowDeactivations }: SyncOptions): Promise<number> {
  return await run(stage, {
    kind: 'sync',
    ...(full !== undefined && { full }),
    ...(limit !== undefined && { limit }),
    ...(only && only.length > 0 && { keys: only }),
    ...(allowDeactivations !== undefined && { allowDeactivations }),
  });
}

/** Sends dead letters again: all, or those of the keys given. */
export async function retry(stage: Stage, keys: readonly string[]): Promise<number> {
  return await run(stage, { kind: 'retry', ...(keys.length > 0 && { keys }) });
}

async function run(stage: Stage, options: Omit<RunOptions, 'signal' | 'onProgress'>): Promise<number> {
  return await stage.withPipeline({ write: true, online: true }, async ({ pipeline, settings }) => {
    const progress = createProgress(stage, systemClock.now);
    const report = await runPipeline(pipeline, {
      ...options,
      signal: stage.terminal.signal,
      ...(progress.show && { onProgress: progress.show }),
    });
    progress.done();
    await pipeline.store.prune(pipeline.id, systemClock.now() - settings.config.retention * dayMs);
    stage.printJson(report);
    printReport(stage, report);
    return exitCodeOf(report);
  });
}
