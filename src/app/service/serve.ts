import { type Clock, systemClock } from '../../core/clock.ts';
import { RolodeskError } from '../../core/domain/errors.ts';
import type { Logger } from '../../core/domain/log.ts';
import { createSharedResources } from '../../core/http/shared-resources.ts';
import type { Listener, ServiceEvent } from '../../core/service/events.ts';
import { healthRoutes } from '../../core/service/health.ts';
import { createMetrics } from '../../core/service/metrics.ts';
import { createOverview, type Overview } from '../../core/service/overview.ts';
import { type Route, type ServerOptions, startServer } from '../../core/service/server.ts';
import { createSupervisor } from '../../core/service/supervisor.ts';
import type { Supervisor } from '../../core/service/types.ts';
import { eventInWords } from '../hint.ts';
import type { Host } from '../host.ts';
import type { Settings } from '../settings.ts';
import { contentOf, type Place, readConfigurations } from './configurations.ts';
import { logEvents } from './log-events.ts';
import { createScheduleStore, managedPipeline, type Ports, standingOf } from './pipeline.ts';
import { watchFolder } from './watch.ts';

export interface ServiceOptions extends Pick<Ports, 'sourceLimits' | 'replyMs' | 'onFailpoint'> {
  readonly host: Host;
  /** Ends the service. Runs in flight are brought to their end. */
  readonly signal: AbortSignal;
  /** Calls the listener when somebody asks for the configuration to be read again. */
  readonly onReloadRequest?: (listener: () => void) => void;
  readonly place: Place;
  /** Absent: no server. */
  readonly listen: Pick<ServerOptions, 'host' | 'port' | 'allowedHosts' | 'limits'> | undefined;
  readonly concurrency: number;
  /** Of the service: a line for each run. */
  readonly log: Logger;
  /** Of the runs themselves. */
  readonly runLog: Logger;
  readonly clock?: Clock;
  /** What else reads the events of this service. */
  readonly listeners?: readonly Listener[];
  /** What else its server answers. */
  readonly routes?: () => readonly Route[];
}

/** A running service. */
export interface Service {
  readonly requestRun: Supervisor['requestRun'];
  readonly overview: Overview;
  /** Where its server listens. */
  readonly port: number | undefined;
  /** The configurations that are followed. */
  settings(): readonly Settings[];
  /** Reads the configuration again. One that is no good leaves the old one running. */
  reload(): Promise<void>;
  /** Resolves when the service was asked to stop and every run has come to its end. */
  readonly ended: Promise<void>;
}

/** Starts a service. It reads the configurations and follows every schedule until the signal aborts. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { host, signal, place, listen, concurrency, log, runLog, clock = systemClock, ...rest } = options;
  const { listeners = [], routes = () => [], onReloadRequest, ...given } = rest;
  let followed: ReadonlyMap<string, Settings> = new Map();
  let arriving: ReadonlyMap<string, Settings> = followed;
  let content = contentOf(place);
  const overview = createOverview({ clock, supervisor: () => supervisor });
  const metrics = createMetrics({ overview });
  const all = [overview.listen, metrics.listen, logEvents(log), ...listeners].map((listener): Listener => {
    return (event) => listener(eventInWords(event, host.wordsFor));
  });
  const settingsOf = (pipeline: string) => arriving.get(pipeline) ?? followed.get(pipeline);
  const schedules = createScheduleStore(settingsOf, { ...host, clock });
  const supervisor: Supervisor = createSupervisor({ clock, log, schedules, listeners: all, concurrency });
  const budgetsOf = createSharedResources();
  const ports: Ports = { ...given, host, clock, log: runLog, budgetsOf, overview };

  const tell = (event: ServiceEvent): void => {
    for (const listener of all) listener(event);
  };

  async function take(): Promise<void> {
    const settings = await readConfigurations(place, host);
    arriving = new Map(settings.map((one) => [one.name, one]));
    try {
      for (const one of settings) {
        if (followed.has(one.name)) continue;
        overview.updateHealth(one.name, await standingOf(one, { ...host, clock }));
      }
      await supervisor.setPipelines(settings.map((one) => managedPipeline(one, ports)));
      followed = arriving;
    } finally {
      arriving = followed;
    }
    tell({ kind: 'config-reloaded', at: clock.now(), pipelines: [...followed.keys()] });
    for (const { name, config } of followed.values())
      if (config.schedule === undefined)
        log.warn({ pipeline: name }, 'has no schedule: it runs only when it is asked for');
  }

  let reloading: Promise<void> = Promise.resolve();
  /** One after the other. */
  async function reload({ onlyIfChanged }: { readonly onlyIfChanged: boolean }): Promise<void> {
    reloading = reloading.then(async () => {
      try {
        const found = contentOf(place);
        if (onlyIfChanged && found === content) return;
        // Also of one that is refused: it is not shown again for whatever else happens in the folder.
        content = found;
        await take();
      } catch (error) {
        const known = error instanceof RolodeskError || (error instanceof Error && 'code' in error);
        if (!known) throw error;
        const message = host.redactor.redact(error.message);
        tell({ kind: 'config-rejected', at: clock.now(), message });
      }
    });
    await reloading;
  }

  await take();
  const server =
    listen && (await startServer({ ...listen, log, routes: () => [...healthRoutes(overview, metrics), ...routes()] }));
  const watcher = watchFolder(place.folder, { clock, log, changed: () => void reload({ onlyIfChanged: true }) });
  onReloadRequest?.(() => void reload({ onlyIfChanged: false }));
  const ended = supervisor.run(signal).finally(async () => {
    watcher.close();
    await reloading;
    await server?.close();
  });
  return {
    requestRun: supervisor.requestRun,
    overview,
    port: server?.port,
    settings: () => [...followed.values()],
    reload: () => reload({ onlyIfChanged: false }),
    ended,
  };
}
