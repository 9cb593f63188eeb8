import type { Clock } from '../clock.ts';
import type { SupervisedPipeline } from './follow-schedule.ts';
import { inFlightOf, nextRun, start } from './pipeline-state.ts';
import type { QueuedRun } from './queued-run.ts';
import type { Turn, Turns } from './turns/turns.ts';

export interface RunStarter {
  /** Starts the runs that wait, in their order, while there are places. Those of pipelines of one turn go one after the other. */
  startReady(pipelines: () => Iterable<SupervisedPipeline>): Promise<void>;
  inFlight(): number;
  /** Resolves when no run is in flight. */
  allEnded(): Promise<void>;
}

export function createRunStarter({
  clock,
  turns,
  concurrency,
  work,
  ended,
}: {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly concurrency: number;
  /** The run, to its end. */
  readonly work: (supervised: SupervisedPipeline, run: QueuedRun) => Promise<void>;
  /** Called when a place is free again. An error is a bug. */
  readonly ended: (error: Error | undefined) => void;
}): RunStarter {
  const inFlight = new Map<SupervisedPipeline, Promise<void>>();

  function begin(supervised: SupervisedPipeline, turn: Turn): void {
    supervised.state = start(supervised.state, clock.now());
    const run = inFlightOf(supervised.state)?.run;
    if (!run) return;
    const finish = async (error?: unknown): Promise<void> => {
      await turn.release();
      inFlight.delete(supervised);
      ended(error === undefined || error instanceof Error ? error : new Error(String(error)));
    };
    inFlight.set(
      supervised,
      work(supervised, run).then(() => finish(), finish),
    );
  }

  return {
    async startReady(pipelines) {
      await turns.nudge(readyIn(pipelines()).map(({ pipeline }) => pipeline.turn));
      while (inFlight.size < concurrency) {
        const turn = await turns.take();
        if (!turn) return;
        const next = readyIn(pipelines()).find(({ pipeline }) => pipeline.turn === turn.account);
        if (next) begin(next, turn);
        else await turn.release();
      }
    },
    inFlight: () => inFlight.size,
    async allEnded() {
      await Promise.all(inFlight.values());
    },
  };
}

/** Pipelines with a run that can start, the run that was queued first at the front. */
function readyIn(pipelines: Iterable<SupervisedPipeline>): readonly SupervisedPipeline[] {
  return [...pipelines]
    .flatMap((supervised) => {
      const run = nextRun(supervised.state);
      return run ? [{ supervised, order: run.order }] : [];
    })
    .sort((a, b) => a.order - b.order)
    .map(({ supervised }) => supervised);
}
