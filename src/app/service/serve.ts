import { type Clock, systemClock } from '../../core/clock.ts';
import { ConfigError, RolodeskError } from '../../core/domain/errors.ts';
import type { Logger } from '../../core/domain/log.ts';
import { createSharedResources } from '../../core/http/shared-resources.ts';
import type { Listener } from '../../core/service/events.ts';
import { healthRoutes } from '../../core/service/monitoring/health.ts';
import { createMetrics } from '../../core/service/monitoring/metrics.ts';
import { type ConfigurationHealth, createOverview, type Overview } from '../../core/service/overview.ts';
import type { Route } from '../../core/service/route.ts';
import { createSchedules } from '../../core/service/schedule.ts';
import { type ServerOptions, startServer } from '../../core/service/server.ts';
import { createSupervisor } from '../../core/service/supervisor.ts';
import { createSharedSupervisor } from '../../core/service/turns/shared-supervisor.ts';
import type { Supervisor } from '../../core/service/types.ts';
import { createRowFinder, type RowFinder } from '../connections/rows/find-rows.ts';
import { createRowSecrets } from '../connections/rows/row-secrets.ts';
import { eventInWords } from '../hint.ts';
import type { Host } from '../host.ts';
import type { RunProgressEvent } from '../progress-event.ts';
import { type Catalog, createCatalog, type FollowedConfiguration } from './catalog/catalog.ts';
import { openFactsCache } from './catalog/facts-cache.ts';
import { createFileFinder, type FileFinder } from './catalog/find-files.ts';
import type { Place } from './catalog/place.ts';
import { createConfigurationFollower } from './follow-configurations.ts';
import { logEvents } from './log-events.ts';
import { managedPipeline, type Ports } from './pipeline.ts';
import { createServiceSchedules, type ServiceSchedules } from './schedules.ts';
import { openServiceStoreOrNone, serviceLocation } from './service-store.ts';
import type { ServiceTurns } from './service-turns.ts';
import { createSharedSchedules } from './shared-state.ts';
import { watchFolder } from './watch.ts';

export interface ServiceOptions extends Pick<Ports, 'sourceLimits' | 'replyMs' | 'onFailpoint'> {
  readonly host: Host;
  /** Ends the service. Runs in flight are brought to their end. */
  readonly signal: AbortSignal;
  /** Calls the listener when somebody asks for the configuration to be read again. */
  readonly onReloadRequest?: (listener: () => void) => void;
  readonly place: Place;
  /** Absent: no server. */
  readonly listen: Pick<ServerOptions, 'host' | 'port' | 'allowedHosts' | 'limits' | 'remedy'> | undefined;
  readonly concurrency: number;
  /** The turns of workers that share the state. Absent: this process is alone. */
  readonly shared?: ServiceTurns | undefined;
  /** Of the service: a line for each run. */
  readonly log: Logger;
  /** Of the runs themselves. */
  readonly runLog: Logger;
  readonly clock?: Clock;
  /** What else reads the events of this service. */
  readonly listeners?: readonly Listener[];
  /** Called with the progress of each run. */
  readonly onProgress?: (pipeline: string, event: RunProgressEvent) => void;
  /** False: pipelines run only when they are asked to. Default: true. */
  readonly followsSchedules?: boolean;
  /** What pipelines of this process share. Default: what the service makes for itself. */
  readonly budgetsOf?: Ports['budgetsOf'];
  /** What else its server answers at a path. */
  readonly routes?: (path: string) => readonly Route[];
  /** A series of metrics for each pipeline. Default: totals, and the worst pipelines. */
  readonly metricsPerPipeline?: boolean;
}

/** A running service. */
export interface Service {
  readonly requestRun: Supervisor['requestRun'];
  readonly overview: Overview;
  /** Where its server listens. */
  readonly port: number | undefined;
  /** The configurations that are followed. */
  configurations(): readonly FollowedConfiguration[];
  /** How many configurations were read whole because their content was new. */
  reads(): number;
  /** Reads the configurations again. An invalid one stops only itself. */
  reload(): Promise<void>;
  /** Resolves when the service was asked to stop and every run has come to its end. */
  readonly ended: Promise<void>;
}

/**
 * Starts a service. It finds the configurations, and follows every schedule until the signal aborts. Rejects if no
 * configuration can be used.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { host, signal, place, listen, concurrency, log, runLog, clock = systemClock, ...rest } = options;
  const { listeners = [], routes = () => [], onReloadRequest, metricsPerPipeline = false, shared, ...others } = rest;
  const { budgetsOf = createSharedResources(), followsSchedules = true, ...given } = others;
  const location = serviceLocation(place.folder, host);
  const store = await openServiceStoreOrNone(location, { ...host, clock, log });
  const finder = createFileFinder(place);
  const rows = createRowFinder(store, createRowSecrets(location, { ...host, clock }));
  const catalog = createCatalog({
    finders: [finder, rows],
    cache: await openFactsCache(store, { own: location, clock }),
    host,
    fits: shared?.fits,
  });
  const configurations = () => configurationHealth(catalog, host.redactor);
  const overview = createOverview({ clock, supervisor: () => supervisor, configurations });
  const metrics = createMetrics({ overview, perPipeline: metricsPerPipeline });
  const answers = (path: string) => [...healthRoutes(overview, metrics), ...routes(path)];
  const all = [overview.listen, metrics.listen, logEvents(log), ...listeners].map((listener): Listener => {
    return (event) => listener(eventInWords(event, host.wordsFor));
  });
  const emit: Listener = (event) => {
    for (const listener of all) listener(event);
  };
  const factsOf = (pipeline: string) => follower.find(pipeline)?.facts;
  const schedules: ServiceSchedules = createServiceSchedules({ store, factsOf, states: host.states, clock });
  const supervising = { clock, log, listeners: all, concurrency };
  const supervisor: Supervisor = shared
    ? createSharedSupervisor({ ...supervising, ...shared, schedules: createSharedSchedules(shared.state, factsOf) })
    : createSupervisor({ ...supervising, schedules });
  const own = {
    budgetsOf,
    followsSchedules,
    createSchedule: createSchedules(),
    hasState: schedules.hasState,
    overview,
    sharedState: shared?.state,
  };
  const ports: Ports = { ...given, ...own, host, clock, log: runLog };
  const follower = createConfigurationFollower({
    catalog,
    supervisor,
    schedules: () => schedules,
    isShared: shared !== undefined,
    followsSchedules,
    overview,
    managed: (configuration) => managedPipeline(configuration, ports),
    emit,
    host,
    clock,
    log,
    signal,
  });

  const { rest: unread } = await follower.start();
  if (follower.all().length === 0 && catalog.unread() === 0) throw noConfiguration(place.folder);
  const server = listen && (await startServer({ ...listen, log, routes: answers }));
  const watcher = watchPlace({ place, finder, clock, log, reload: follower.reload, onReloadRequest });
  const polling = pollRows({ rows, clock, log, signal, reload: follower.reload });
  const ended = supervisor.run(signal).finally(async () => {
    watcher.close();
    await polling;
    await unread;
    await follower.idle();
    await server?.close();
    await store.close();
  });
  return {
    requestRun: supervisor.requestRun,
    overview,
    port: server?.port,
    configurations: follower.all,
    reads: catalog.reads,
    async reload() {
      finder.changed(undefined);
      await follower.reload();
    },
    ended,
  };
}

/** Reads again what has changed, and everything when somebody asks for it. */
function watchPlace({
  place,
  finder,
  clock,
  log,
  reload,
  onReloadRequest,
}: Pick<ServiceOptions, 'place' | 'log'> & {
  readonly onReloadRequest: ServiceOptions['onReloadRequest'] | undefined;
  readonly finder: FileFinder;
  readonly clock: Clock;
  readonly reload: () => Promise<void>;
}): { close(): void } {
  function readAgain(names?: ReadonlySet<string>): void {
    finder.changed(names);
    void reload();
  }
  onReloadRequest?.(() => readAgain());
  return watchFolder(place.folder, {
    clock,
    log,
    changed: (names) => {
      if (!names || [...names].some(place.includes)) readAgain(names);
    },
  });
}

/** Nobody says when a row in a state has changed: it is asked for, which takes one row of an index. */
const pollMs = 2_000;

async function pollRows({
  rows,
  clock,
  log,
  signal,
  reload,
}: {
  readonly rows: RowFinder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly reload: () => Promise<void>;
}): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(pollMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      if (await rows.hasChanged()) await reload();
    } catch (error) {
      if (!(error instanceof RolodeskError)) throw error;
      log.error({ code: error.code, reason: error.message }, 'connections that stand as rows could not be read');
    }
  }
}

function configurationHealth(catalog: Catalog, { redact }: Host['redactor']): ConfigurationHealth {
  return {
    unread: catalog.unread(),
    rejected: catalog.problems().map(({ error, ...problem }) => ({ ...problem, message: redact(error.message) })),
  };
}

function noConfiguration(folder: string): ConfigError {
  return new ConfigError(`There is no configuration in ${folder}.`, {
    code: 'no-config',
    hint: 'A folder holds one .yaml file for each pipeline.',
  });
}
