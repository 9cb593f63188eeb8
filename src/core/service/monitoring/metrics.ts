import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Listener } from '../events.ts';
import type { Overview, PipelineOverview } from '../overview.ts';
import { processMetrics } from './process-metrics.ts';
import { worst } from './worst.ts';

export interface Metrics {
  readonly listen: Listener;
  readonly contentType: string;
  text(): Promise<string>;
}

const runOutcomes = ['completed', 'held', 'paused', 'failed', 'refused'] as const;
const recordOutcomes = ['created', 'updated', 'unchanged', 'skipped', 'rejected'] as const;
const sides = ['source', 'destination'] as const;
const durations = [1, 5, 15, 60, 300, 900, 3600, 14400];
/** So many pipelines are named where not all are. */
const namedAsWorst = 10;

/**
 * A service in numbers, as Prometheus reads them. Labels hold names of pipelines and of outcomes, nothing of customers.
 * Counters count over all pipelines, and gauges name only the worst, so that thousands of pipelines make no more series
 * than one. `perPipeline`: a series for each.
 */
export function createMetrics({
  overview,
  perPipeline = false,
}: {
  readonly overview: Overview;
  readonly perPipeline?: boolean;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const { runs, records, requests, throttled, missed, duration } = createCounters(registers, perPipeline);
  /** Looked up once for each time that somebody asks. */
  let pipelines: readonly PipelineOverview[] = [];
  createGauges(registers, { pipelines: () => pipelines, perPipeline });
  createTotals(registers, { pipelines: () => pipelines, overview });
  processMetrics(registers);
  const labelOf = (pipeline: string): { pipeline?: string } => (perPipeline ? { pipeline } : {});

  /** From nothing to the first one is a rise, too. */
  function startAtZero(pipeline: string): void {
    const label = labelOf(pipeline);
    for (const outcome of runOutcomes) runs.inc({ ...label, outcome }, 0);
    for (const outcome of recordOutcomes) records.inc({ ...label, outcome }, 0);
    for (const side of sides) requests.inc({ ...label, side }, 0);
    throttled.inc(label, 0);
    missed.inc(label, 0);
  }

  return {
    contentType: registry.contentType,
    text: async () => {
      pipelines = overview.pipelines();
      return await registry.metrics();
    },
    listen(event) {
      switch (event.kind) {
        case 'config-reloaded':
          for (const pipeline of perPipeline ? event.pipelines : ['']) startAtZero(pipeline);
          return;
        case 'run-ended': {
          const { pipeline, report } = event;
          const label = labelOf(pipeline);
          runs.inc({ ...label, outcome: report.outcome });
          for (const outcome of recordOutcomes) records.inc({ ...label, outcome }, report.tallies[outcome]);
          for (const side of sides) requests.inc({ ...label, side }, report.requests[side]);
          throttled.inc(label, report.requests.throttled);
          duration.observe(label, (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000);
          return;
        }
        case 'run-rejected':
          return runs.inc({ ...labelOf(event.pipeline), outcome: 'refused' });
        case 'runs-missed':
          return missed.inc(labelOf(event.pipeline), event.due.length);
        case 'run-started':
        case 'config-rejected':
        case 'tick':
          return;
        default:
          return event satisfies never;
      }
    },
  };
}

/** What is counted as it happens. */
function createCounters(registers: Registry[], perPipeline: boolean) {
  const labels = <L extends string>(own: readonly L[]): (L | 'pipeline')[] => [
    ...(perPipeline ? (['pipeline'] as const) : []),
    ...own,
  ];
  const counter = <L extends string>(name: string, help: string, own: readonly L[]) =>
    new Counter({ name, help, labelNames: labels(own), registers });
  const runs = counter('rolodesk_runs_total', 'Runs, by how they ended.', ['outcome']);
  const records = counter('rolodesk_records_total', 'Records, by what became of them.', ['outcome']);
  const requests = counter('rolodesk_requests_total', 'Requests sent in runs.', ['side']);
  const throttled = counter('rolodesk_throttled_total', 'Requests that were refused for being too many.', []);
  const missed = counter('rolodesk_missed_runs_total', 'Due times that got no run of their own.', []);
  const duration = new Histogram({
    name: 'rolodesk_run_duration_seconds',
    help: 'How long runs took.',
    labelNames: labels([]),
    buckets: durations,
    registers,
  });
  return { runs, records, requests, throttled, missed, duration };
}

interface PipelineGauge {
  readonly name: string;
  readonly help: string;
  value(shown: PipelineOverview): number | undefined;
  /** The larger, the more it matters. Absent or undefined: it is not among the worst. */
  badness?(shown: PipelineOverview): number | undefined;
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);
const positive = (count: number | undefined): number | undefined => (count === 0 ? undefined : count);

const pipelineGauges: readonly PipelineGauge[] = [
  {
    name: 'rolodesk_last_success_timestamp_seconds',
    help: 'When a run last ended well.',
    value: ({ lastSuccessAt }) => seconds(lastSuccessAt),
    badness: ({ lastSuccessAt, schedule }) => (lastSuccessAt === undefined || !schedule ? undefined : -lastSuccessAt),
  },
  {
    name: 'rolodesk_next_run_timestamp_seconds',
    help: 'When the next run begins.',
    value: ({ nextAt }) => seconds(nextAt),
  },
  {
    name: 'rolodesk_run_in_progress',
    help: '1 while a run is in progress.',
    value: ({ runningSince }) => (runningSince === undefined ? 0 : 1),
  },
  {
    name: 'rolodesk_dead_letters',
    help: 'Records that could not be written and wait.',
    value: ({ deadLetters }) => deadLetters,
    badness: ({ deadLetters }) => positive(deadLetters),
  },
  {
    name: 'rolodesk_pending',
    help: 'Records that were skipped and are decided again.',
    value: ({ pending }) => pending,
    badness: ({ pending }) => positive(pending),
  },
];

/** What is looked up whenever somebody asks. */
function createGauges(
  registers: Registry[],
  { pipelines, perPipeline }: { readonly pipelines: () => readonly PipelineOverview[]; readonly perPipeline: boolean },
): void {
  for (const { name, help, value, badness } of pipelineGauges) {
    if (!perPipeline && !badness) continue;
    new Gauge({
      name,
      help,
      labelNames: ['pipeline'],
      registers,
      collect() {
        // A pipeline that is no longer there leaves no number behind.
        this.reset();
        const all = pipelines();
        for (const shown of perPipeline || !badness ? all : worst(all, namedAsWorst, badness)) {
          const now = value(shown);
          if (now !== undefined) this.set({ pipeline: shown.name }, now);
        }
      },
    });
  }
}

/** The whole service in a handful of numbers. */
function createTotals(
  registers: Registry[],
  { pipelines, overview }: { readonly pipelines: () => readonly PipelineOverview[]; readonly overview: Overview },
): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  const count = (has: (shown: PipelineOverview) => boolean) => () => pipelines().filter(has).length;
  const sum = (of: (shown: PipelineOverview) => number) => () =>
    pipelines().reduce((total, shown) => total + of(shown), 0);
  gauge('rolodesk_configuration_current', '1 while every configuration is in use as it was read last.', () =>
    overview.isCurrent() ? 1 : 0,
  );
  gauge(
    'rolodesk_configurations_rejected',
    'Configurations that cannot be used as they are.',
    () => overview.configurations().rejected.length,
  );
  gauge(
    'rolodesk_pipelines',
    'Pipelines that the service follows.',
    count(() => true),
  );
  gauge(
    'rolodesk_pipelines_running',
    'Pipelines with a run in progress.',
    count((one) => one.runningSince !== undefined),
  );
  gauge(
    'rolodesk_pipelines_waiting',
    'Pipelines whose run waits for its turn.',
    count((one) => one.state === 'queued'),
  );
  gauge(
    'rolodesk_pipelines_stuck',
    'Pipelines without a good run in three due times.',
    count((one) => one.stuck),
  );
  gauge(
    'rolodesk_pipelines_refused',
    'Pipelines whose last run could not start.',
    count((one) => one.refused !== undefined),
  );
  gauge(
    'rolodesk_service_dead_letters',
    'Dead letters of all pipelines.',
    sum((one) => one.deadLetters ?? 0),
  );
  gauge(
    'rolodesk_service_pending',
    'Pending records of all pipelines.',
    sum((one) => one.pending ?? 0),
  );
}
