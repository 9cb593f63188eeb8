import type { Clock } from '../clock.ts';
import type { SupervisedPipeline } from './follow-schedule.ts';
import { inFlightOf, nextRun, start } from './pipeline-state.ts';
import type { QueuedRun } from './queued-run.ts';

export interface RunStarter {
  /** Starts the runs that wait, in their order, while there are places. Those of pipelines of one turn go one after the other. */
  startReady(pipelines: Iterable<SupervisedPipeline>): void;
  /** Resolves when no run is in flight. */
  allEnded(): Promise<void>;
}

export function createRunStarter({
  clock,
  concurrency,
  work,
  ended,
}: {
  readonly clock: Clock;
  readonly concurrency: number;
  /** The run, to its end. */
  readonly work: (supervised: SupervisedPipeline, run: QueuedRun) => Promise<void>;
  /** Called when a place is free again. An error is a bug. */
  readonly ended: (error: Error | undefined) => void;
}): RunStarter {
  const inFlight = new Map<SupervisedPipeline, Promise<void>>();

  function isTurnTaken(turn: string): boolean {
    return [...inFlight.keys()].some(({ pipeline }) => pipeline.turn === turn);
  }

  function begin(supervised: SupervisedPipeline): void {
    supervised.state = start(supervised.state, clock.now());
    const run = inFlightOf(supervised.state)?.run;
    if (!run) return;
    const finish = (error?: unknown): void => {
      inFlight.delete(supervised);
      ended(error === undefined || error instanceof Error ? error : new Error(String(error)));
    };
    inFlight.set(
      supervised,
      work(supervised, run).then(() => finish(), finish),
    );
  }

  return {
    startReady(pipelines) {
      const ready = [...pipelines].flatMap((supervised) => {
        const run = nextRun(supervised.state);
        return run ? [{ supervised, order: run.order }] : [];
      });
      for (const { supervised } of ready.sort((a, b) => a.order - b.order)) {
        if (inFlight.size >= concurrency) return;
        if (!isTurnTaken(supervised.pipeline.turn)) begin(supervised);
      }
    },
    async allEnded() {
      await Promise.all(inFlight.values());
    },
  };
}
