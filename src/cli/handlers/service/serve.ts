import { createBackgroundServices } from '../../../app/service/background-services.ts';
import { placeOf } from '../../../app/service/catalog/place.ts';
import { type Service, startService } from '../../../app/service/serve.ts';
import { openServiceTurns } from '../../../app/service/service-turns.ts';
import { needsDatabase } from '../../../app/state/turns.ts';
import { systemClock } from '../../../core/clock.ts';
import { defined } from '../../../core/defined.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import { createSharedResources } from '../../../core/http/shared-resources.ts';
import type { CommandContext } from '../../command.ts';
import { growYoungGeneration } from '../../process/limit-memory.ts';
import { createLogger } from '../../process/log.ts';
import { configuredConsole, hostsOf, openConsole } from './service-console.ts';

export interface ServeOptions {
  /** A configuration, or a folder of them. */
  readonly path?: string;
  /** `host:port`. Absent: no server. */
  readonly listen?: string;
  readonly allowedHosts: readonly string[];
  readonly concurrency: number;
  readonly metricsPerPipeline: boolean;
  /** With the web console, also where the configuration says nothing of one. */
  readonly console?: boolean;
  /** It shares its state with others, and starts only where it can. */
  readonly isWorker?: boolean;
}

/** Follows the schedules of many pipelines until it is asked to stop. */
export async function serve(cli: CommandContext, options: ServeOptions): Promise<number> {
  const { terminal, common } = cli;
  const { host } = cli.app;
  const { redactor, stderr } = terminal;
  const { path, listen, allowedHosts, concurrency, metricsPerPipeline, isWorker = false } = options;
  if (concurrency < 1) throw new ConfigError('--concurrency takes at least 1.', { code: 'usage' });
  const level = common.verbose ? 'debug' : common.quiet ? 'warn' : 'info';
  const log = createLogger({ level, redactor, stderr });
  const place = placeOf(path ?? common.config, host);
  const ports = { host, clock: systemClock, log, signal: terminal.signal };
  const turns = await openServiceTurns(place, { ...ports, waitsForTables: isWorker });
  if (isWorker && !turns) throw needsDatabase();
  let started: Service | undefined;
  const configurations = () => started?.configurations() ?? [];
  const budgetsOf = createSharedResources();
  const config = await configuredConsole(cli, place, { isAskedFor: options.console === true });
  const served =
    config &&
    (await openConsole(cli, place, {
      config,
      log,
      configurations,
      budgetsOf,
      overview: () => started?.overview,
      isShared: turns !== undefined,
    }));
  const related = createBackgroundServices({
    configurations,
    requestRun: (...given) => started?.requestRun(...given),
    isShared: () => turns !== undefined,
    host,
    clock: systemClock,
    log,
  });
  growYoungGeneration();
  const service = await startService({
    host,
    signal: terminal.signal,
    ...defined({ onReloadRequest: terminal.onSighup }),
    place,
    shared: turns,
    listen:
      listen === undefined
        ? undefined
        : { ...addressOf(listen), allowedHosts: [...allowedHosts, ...(config ? hostsOf(config) : [])] },
    concurrency,
    metricsPerPipeline,
    log,
    runLog: createLogger({ level: common.verbose ? 'debug' : 'warn', redactor, stderr }),
    budgetsOf,
    listeners: [related.listener, ...(served ? [served.listener] : [])],
    ...defined({ onProgress: served?.onProgress }),
    routes: (path) => [...related.routes(path), ...(served?.routes(path) ?? [])],
  });
  started = service;
  await related.follow(service.configurations());
  log.info({ port: service.port, pipelines: service.configurations().length }, 'service started');
  await service.ended;
  await related.close();
  await served?.close();
  await turns?.close();
  log.info({}, 'service stopped');
  cli.printJson({
    pipelines: service.overview.pipelines().map(({ name, missed, lastReport }) => ({
      pipeline: name,
      missed,
      lastRun: lastReport ? { run: lastReport.run, outcome: lastReport.outcome } : null,
    })),
  });
  return 0;
}

function addressOf(given: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(given);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  if (host === undefined || port > 65_535)
    throw new ConfigError(`--listen: expected host:port, got "${given}".`, {
      code: 'usage',
      hint: 'Such as 127.0.0.1:9464, or 0.0.0.0:9464 in a container.',
    });
  return { host, port };
}
