import type { Clock } from '../clock.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { maxMissedSuccesses, overdueAfter } from './due.ts';
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

/** How a service stands with its configurations. */
export interface ConfigurationHealth {
  /** Those that cannot be used as they are, and why. One whose previous version is in use holds nothing back. */
  readonly rejected: readonly {
    readonly label: string;
    readonly message: string;
    readonly isPreviousInUse: boolean;
  }[];
  /** Those that have not been read yet. */
  readonly unread: number;
}

export interface Overview {
  readonly listen: Listener;
  /** What the state holds: reported when the service begins and after each run. */
  updateHealth(pipeline: string, standing: PipelineHealth): void;
  pipelines(): readonly PipelineOverview[];
  /** Why the service is not ready. Empty: it is. */
  reasons(): readonly string[];
  isAlive(): boolean;
  /** Whether every configuration is in use as it was read last. */
  isCurrent(): boolean;
  configurations(): ConfigurationHealth;
}

/** The supervisor ticks at least once a minute. */
const maxSilenceMs = 180_000;

/** The one place that says how a service stands: whatever shows it reads this, and the events. */
export function createOverview({
  clock,
  supervisor,
  configurations = () => ({ rejected: [], unread: 0 }),
}: {
  readonly clock: Clock;
  readonly supervisor: () => Pick<Supervisor, 'status' | 'lastTickAt'> | undefined;
  readonly configurations?: () => ConfigurationHealth;
}): Overview {
  const known = new Map<string, Partial<Pick<PipelineOverview, 'lastReport' | 'refused'>> & Partial<PipelineHealth>>();
  let taken = false;
  let current = false;
  const isStuck = createStuckCheck(clock);

  function put(pipeline: string, more: Partial<PipelineOverview>): void {
    known.set(pipeline, { ...known.get(pipeline), ...more });
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
        case 'config-reloaded': {
          const followed = new Set(event.pipelines);
          for (const name of known.keys()) if (!followed.has(name)) known.delete(name);
          taken = true;
          current = true;
          return;
        }
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
      ...reasonsOf(configurations()),
      ...pipelines()
        .filter(({ stuck }) => stuck)
        .map(({ name }) => `${name}: ${maxMissedSuccesses} due times have passed without a run that ended well`),
    ],
    isAlive: () => clock.elapsed() - (supervisor()?.lastTickAt() ?? Number.NEGATIVE_INFINITY) < maxSilenceMs,
    isCurrent: () => current && configurations().rejected.length === 0,
    configurations,
  };
}

function reasonsOf({ rejected, unread }: ConfigurationHealth): readonly string[] {
  return [
    ...(unread > 0 ? [`${unread} configurations have not been read yet`] : []),
    ...rejected
      .filter(({ isPreviousInUse }) => !isPreviousInUse)
      .map(({ label, message }) => `${label} cannot be used: ${message.split('\n').slice(0, maxLines).join(' ')}`),
  ];
}

/** Of a configuration with many problems the log lists all. */
const maxLines = 2;
/** No schedule is due more often than once a minute: before that, three due times cannot have passed. */
const minOverdueMs = 120_000;

/** When a pipeline becomes overdue changes only when it succeeds: for thousands of them it is not found out each time. */
function createStuckCheck(clock: Clock): (view: PipelineView) => boolean {
  const known = new Map<string, Pick<PipelineView, 'schedule' | 'lastSuccessOrStartAt'> & { readonly after: number }>();
  return ({ name, schedule, lastSuccessOrStartAt }) => {
    if (schedule === undefined || clock.now() - lastSuccessOrStartAt < minOverdueMs) return false;
    const before = known.get(name);
    if (before && before.schedule === schedule && before.lastSuccessOrStartAt === lastSuccessOrStartAt)
      return before.after < clock.now();
    const after = overdueAfter(schedule, lastSuccessOrStartAt);
    known.set(name, { schedule, lastSuccessOrStartAt, after });
    return after < clock.now();
  };
}
