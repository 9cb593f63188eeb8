import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Listener } from './events.ts';
import type { Overview } from './overview.ts';

export interface Metrics {
  readonly listen: Listener;
  readonly contentType: string;
  text(): Promise<string>;
}

const runOutcomes = ['completed', 'held', 'paused', 'failed', 'refused'] as const;
const recordOutcomes = ['created', 'updated', 'unchanged', 'skipped', 'rejected'] as const;
const sides = ['source', 'destination'] as const;
const durations = [1, 5, 15, 60, 300, 900, 3600, 14400];

/** A service in numbers, as Prometheus reads them. Labels hold names of pipelines and of outcomes, nothing of customers. */
export function createMetrics({ overview }: { readonly overview: Overview }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const { runs, records, requests, throttled, missed, duration } = createCounters(registers);
  createGauges(registers, overview);
  processMetrics(registers);

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    listen(event) {
      switch (event.kind) {
        case 'config-reloaded':
          // From nothing to the first one is a rise, too.
          for (const pipeline of event.pipelines) {
            for (const outcome of runOutcomes) runs.inc({ pipeline, outcome }, 0);
            for (const outcome of recordOutcomes) records.inc({ pipeline, outcome }, 0);
            for (const side of sides) requests.inc({ pipeline, side }, 0);
            throttled.inc({ pipeline }, 0);
            missed.inc({ pipeline }, 0);
          }
          return;
        case 'run-ended': {
          const { pipeline, report } = event;
          runs.inc({ pipeline, outcome: report.outcome });
          for (const outcome of recordOutcomes) records.inc({ pipeline, outcome }, report.tallies[outcome]);
          for (const side of sides) requests.inc({ pipeline, side }, report.requests[side]);
          throttled.inc({ pipeline }, report.requests.throttled);
          duration.observe({ pipeline }, (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000);
          return;
        }
        case 'run-rejected':
          return runs.inc({ pipeline: event.pipeline, outcome: 'refused' });
        case 'runs-missed':
          return missed.inc({ pipeline: event.pipeline }, event.due.length);
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
function createCounters(registers: Registry[]) {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name, help, labelNames, registers });
  const runs = counter('rolodesk_runs_total', 'Runs, by how they ended.', ['pipeline', 'outcome']);
  const records = counter('rolodesk_records_total', 'Records, by what became of them.', ['pipeline', 'outcome']);
  const requests = counter('rolodesk_requests_total', 'Requests sent in runs.', ['pipeline', 'side']);
  const throttled = counter('rolodesk_throttled_total', 'Requests that were refused for being too many.', ['pipeline']);
  const missed = counter('rolodesk_missed_runs_total', 'Due times for which no run of their own was begun.', [
    'pipeline',
  ]);
  const duration = new Histogram({
    name: 'rolodesk_run_duration_seconds',
    help: 'How long runs took.',
    labelNames: ['pipeline'],
    buckets: durations,
    registers,
  });
  return { runs, records, requests, throttled, missed, duration };
}

/** What is looked up whenever somebody asks. */
function createGauges(registers: Registry[], overview: Overview): void {
  type Shown = ReturnType<Overview['pipelines']>[number];
  const gauge = (name: string, help: string, value: (shown: Shown) => number | undefined) =>
    new Gauge({
      name,
      help,
      labelNames: ['pipeline'],
      registers,
      collect() {
        // A pipeline that is no longer there leaves no number behind.
        this.reset();
        for (const shown of overview.pipelines()) {
          const now = value(shown);
          if (now !== undefined) this.set({ pipeline: shown.name }, now);
        }
      },
    });
  const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);
  gauge('rolodesk_last_success_timestamp_seconds', 'When a run last ended well.', (shown) =>
    seconds(shown.lastSuccessAt),
  );
  gauge('rolodesk_next_run_timestamp_seconds', 'When the next run begins.', (shown) => seconds(shown.nextAt));
  gauge('rolodesk_run_in_progress', '1 while a run goes on.', (shown) => (shown.runningSince === undefined ? 0 : 1));
  gauge('rolodesk_dead_letters', 'Records that could not be written and wait.', (shown) => shown.deadLetters);
  gauge('rolodesk_pending', 'Records that were skipped and are decided again.', (shown) => shown.pending);
  new Gauge({
    name: 'rolodesk_configuration_current',
    help: '1 while the configuration that was read last is the one that runs, 0 when it was refused.',
    registers,
    collect() {
      this.set(overview.isCurrent() ? 1 : 0);
    },
  });
}

/** The names by which every Prometheus client reports of its process. */
function processMetrics(registers: Registry[]): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', () => process.memoryUsage.rss());
  gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', () =>
    Math.round((performance.timeOrigin ?? 0) / 1000),
  );
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1_000_000);
    },
  });
}
