import type { Clock } from '../clock.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { isOverdue, maxMissedSuccesses } from './due.ts';
import type { Listener } from './events.ts';
import type { PipelineView, Supervisor } from './types.ts';

/** What a pipeline's state holds, as of its last run. */
export interface PipelineHealth {
  readonly deadLetters: number;
  readonly pending: number;
  readonly lastSuccessAt?: number;
}

/** One pipeline as a page, a metric or a monitor shows it. Holds no customer data. */
export interface PipelineOverview extends PipelineView, Partial<PipelineHealth> {
  readonly lastReport?: RunReport;
  /** Why the last run could not start, until one can. */
  readonly refused?: { readonly code: string; readonly at: number };
  /** So many due times in a row passed without a run that ended well. */
  readonly stuck: boolean;
}

export interface Overview {
  readonly listen: Listener;
  /** What the state holds: reported when the service begins and after each run. */
  updateHealth(pipeline: string, standing: PipelineHealth): void;
  pipelines(): readonly PipelineOverview[];
  /** Why the service is not ready. Empty: it is. */
  reasons(): readonly string[];
  isAlive(): boolean;
  /** Whether the configuration that was read last is the one that runs. */
  isCurrent(): boolean;
}

/** The supervisor ticks at least once a minute. */
const maxSilenceMs = 180_000;

/** The one place that says how a service stands: whatever shows it reads this, and the events. */
export function createOverview({
  clock,
  supervisor,
}: {
  readonly clock: Clock;
  readonly supervisor: () => Pick<Supervisor, 'status' | 'lastTickAt'> | undefined;
}): Overview {
  const known = new Map<string, Partial<Pick<PipelineOverview, 'lastReport' | 'refused'>> & Partial<PipelineHealth>>();
  let taken = false;
  let current = false;

  function put(pipeline: string, more: Partial<PipelineOverview>): void {
    known.set(pipeline, { ...known.get(pipeline), ...more });
  }

  function isStuck({ schedule, lastSuccessOrStartAt }: PipelineView): boolean {
    return schedule !== undefined && isOverdue(schedule, lastSuccessOrStartAt, clock.now());
  }

  function pipelines(): readonly PipelineOverview[] {
    return (supervisor()?.status() ?? []).map((view) => ({ ...view, ...known.get(view.name), stuck: isStuck(view) }));
  }

  return {
    listen(event) {
      switch (event.kind) {
        case 'run-started': {
          const { refused: _, ...rest } = known.get(event.pipeline) ?? {};
          known.set(event.pipeline, rest);
          return;
        }
        case 'run-ended': {
          const { outcome } = event.report;
          const well = outcome === 'completed' || outcome === 'held';
          return put(event.pipeline, { lastReport: event.report, ...(well && { lastSuccessAt: event.at }) });
        }
        case 'run-rejected':
          return put(event.pipeline, { refused: { code: event.code, at: event.at } });
        case 'config-reloaded':
          for (const name of known.keys()) if (!event.pipelines.includes(name)) known.delete(name);
          taken = true;
          current = true;
          return;
        case 'config-rejected':
          current = false;
          return;
        case 'runs-missed':
        case 'tick':
          return;
        default:
          return event satisfies never;
      }
    },
    updateHealth: (pipeline, standing) => put(pipeline, standing),
    pipelines,
    reasons: () => [
      ...(taken ? [] : ['no configuration has been taken yet']),
      ...pipelines()
        .filter(({ stuck }) => stuck)
        .map(({ name }) => `${name}: ${maxMissedSuccesses} due times have passed without a run that ended well`),
    ],
    isAlive: () => clock.elapsed() - (supervisor()?.lastTickAt() ?? Number.NEGATIVE_INFINITY) < maxSilenceMs,
    isCurrent: () => current,
  };
}
