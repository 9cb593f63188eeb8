import { randomBytes } from 'node:crypto';
import { createSessions } from '../../../app/console/access/sessions.ts';
import { localConsole } from '../../../app/console/config.ts';
import { basePath } from '../../../app/console/router/pages.ts';
import { placeOf } from '../../../app/service/catalog/place.ts';
import { type Service, startService } from '../../../app/service/serve.ts';
import { stateOfPlace } from '../../../app/service/service-turns.ts';
import { systemClock } from '../../../core/clock.ts';
import { createSharedResources } from '../../../core/http/shared-resources.ts';
import type { CommandContext } from '../../command.ts';
import { growYoungGeneration } from '../../process/limit-memory.ts';
import { createLogger } from '../../process/log.ts';
import { openConsole } from './service-console.ts';

export interface ConsoleCommandOptions {
  /** A configuration, or a folder of them. */
  readonly path?: string;
  /** 0: a free one. */
  readonly port: number;
  /** Only print a link for the service at this address. */
  readonly link: boolean;
  readonly url: string;
}

const host = '127.0.0.1';

/** Starts the console for the browser of whoever sits here, until it is asked to stop. Follows no schedule. */
export async function openLocalConsole(
  cli: CommandContext,
  { path, port, link, url: serviceUrl }: ConsoleCommandOptions,
): Promise<number> {
  const { terminal, common, app } = cli;
  const place = placeOf(path ?? common.config, app.host);
  if (link) {
    const base = serviceUrl.replace(/\/$/, '');
    print(cli, `${base}${await newLink(cli, place)}`);
    if (!(await isConsole(base)))
      app.host.warn?.(`No console answers at ${base}. Is it switched on there? --url names another address.`);
    return 0;
  }
  const { redactor, stderr, signal } = terminal;
  const log = createLogger({ level: common.verbose ? 'debug' : 'warn', redactor, stderr });
  const budgetsOf = createSharedResources();
  let started: Service | undefined;
  const console = await openConsole(cli, place, {
    config: localConsole,
    log,
    budgetsOf,
    isShared: false,
    configurations: () => started?.configurations() ?? [],
    overview: () => started?.overview,
  });
  try {
    growYoungGeneration();
    const service = await startService({
      host: app.host,
      signal,
      place,
      listen: { host, port, allowedHosts: [], remedy: { kind: 'choose-port' } },
      concurrency: 1,
      followsSchedules: false,
      budgetsOf,
      log,
      runLog: log,
      listeners: [console.listener],
      onProgress: console.onProgress,
      routes: console.routes,
    });
    started = service;
    print(cli, `http://${host}:${service.port}${await console.createLink()}`);
    cli.print(cli.style.dim('It runs until Ctrl-C. It follows no schedule: rolodesk serve does.'));
    await service.ended;
  } finally {
    await console.close();
  }
  return 0;
}

function print(cli: CommandContext, url: string): void {
  cli.printJson({ url: new URL(`${basePath}/`, url).href, link: url });
  cli.print('Open this in a browser. It works once, for ten minutes:');
  cli.print(`\n  ${url}\n`);
}

const probeMs = 3_000;

/** A service without a console has no such path. */
async function isConsole(base: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${base}/api/v1/session`, { signal: AbortSignal.timeout(probeMs) });
    return ok;
  } catch {
    // Nobody is there, or the address is none.
    return false;
  }
}

/** For a service that runs already: it finds the link in the state that both have. */
async function newLink(
  { app: { host: ports } }: CommandContext,
  place: Parameters<typeof stateOfPlace>[0],
): Promise<string> {
  const backend = await ports.states.open(await stateOfPlace(place, ports));
  try {
    const store = await backend.openConsole({ clock: systemClock });
    const secret = await createSessions({ store, clock: systemClock, random: randomBytes }).createLink();
    await store.close();
    return `${basePath}/sign-in#${secret}`;
  } finally {
    await backend.close();
  }
}
