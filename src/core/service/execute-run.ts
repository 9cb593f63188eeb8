import type { Clock } from '../clock.ts';
import { defined } from '../defined.ts';
import { RolodeskError } from '../domain/errors.ts';
import type { Logger } from '../domain/log.ts';
import type { Listener } from './events.ts';
import type { ManagedPipeline, RunRequestResult } from './managed-pipeline.ts';
import type { QueuedRun } from './queued-run.ts';

export interface RunExecutor {
  /** Makes one run, and emits that it started and how it ended. Rejects only if a listener throws. */
  execute(pipeline: ManagedPipeline, run: QueuedRun): Promise<RunRequestResult>;
  /** Emits that a run of this pipeline could not start. */
  reject(pipeline: string, error: unknown): RunRequestResult;
}

/** `stopping` asks the runs in flight to end. */
export function createRunExecutor({
  clock,
  log,
  emit,
  stopping,
}: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly emit: Listener;
  readonly stopping: AbortSignal;
}): RunExecutor {
  function reject(pipeline: string, error: unknown): RunRequestResult {
    // A bug in one pipeline is reported as a bug, and the other pipelines continue.
    const known = error instanceof RolodeskError;
    const { code, exitCode } = known ? error : { code: 'bug', exitCode: 70 };
    const message = known ? error.message : `An internal error: ${error instanceof Error ? error.name : typeof error}.`;
    if (!known) log.error({ pipeline, stack: error instanceof Error ? error.stack : String(error) }, 'internal error');
    const advice = known ? { ...defined({ hint: error.hint, remedy: error.remedy }) } : {};
    emit({ kind: 'run-rejected', pipeline, at: clock.now(), code, exitCode, message, ...advice });
    return { kind: 'rejected', code, exitCode, message };
  }

  async function execute(pipeline: ManagedPipeline, { trigger, keys, full }: QueuedRun): Promise<RunRequestResult> {
    const common = { pipeline: pipeline.name, trigger };
    // A signal of its own, so that no listener of a run stays on a signal that lives as long as the service.
    const own = new AbortController();
    const onStop = (): void => own.abort(stopping.reason);
    stopping.addEventListener('abort', onStop, { once: true });
    try {
      const report = await pipeline.run({
        ...(keys && { keys: [...keys] }),
        ...(full && { full }),
        signal: own.signal,
        started: () => emit({ kind: 'run-started', ...common, at: clock.now() }),
      });
      emit({ kind: 'run-ended', ...common, at: clock.now(), report });
      return { kind: 'ended', report };
    } catch (error) {
      return stopping.aborted ? { kind: 'dropped' } : reject(pipeline.name, error);
    } finally {
      stopping.removeEventListener('abort', onStop);
    }
  }

  return { execute, reject };
}
