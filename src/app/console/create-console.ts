import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { SharedResources } from '../../core/http/shared-resources.ts';
import type { Listener } from '../../core/service/events.ts';
import type { Overview } from '../../core/service/overview.ts';
import type { Route, RouteReply } from '../../core/service/route.ts';
import type { ConsoleStore } from '../../core/state/console/console-store.ts';
import type { Host } from '../host.ts';
import type { ProgressEvent } from '../progress-event.ts';
import type { FollowedConfiguration } from '../service/catalog/catalog.ts';
import type { StateLocation } from '../state/location.ts';
import { createAttempts } from './access/attempts.ts';
import { createCookie, isSecure } from './access/cookies.ts';
import { createGate } from './access/gate.ts';
import { createOidc } from './access/oidc.ts';
import { newSecret, type Random } from './access/secrets.ts';
import { createSessions } from './access/sessions.ts';
import { answers } from './answers/all.ts';
import { sessionHandlers } from './answers/session.ts';
import type { ConsoleConfig } from './config.ts';
import type { ConsoleContext } from './console-context.ts';
import { createFeed } from './feed/feed.ts';
import { createServiceEvents } from './feed/service-events.ts';
import { keepHouse } from './housekeeping.ts';
import { createPipelines } from './pipelines.ts';
import { createPlans } from './plans.ts';
import { failureOf } from './refusal.ts';
import { basePath, createPages } from './router/pages.ts';
import { createRouter } from './router/router.ts';
import { securityHeaders } from './router/security-headers.ts';
import { createTasks } from './tasks/tasks.ts';

export interface ConsoleOptions {
  readonly config: ConsoleConfig;
  readonly host: Host;
  readonly log: Logger;
  readonly clock: Clock;
  /** Ends its tasks and streams. */
  readonly signal: AbortSignal;
  /** The state of the service: sessions, tasks and events are kept there. */
  readonly state: StateLocation;
  /** The service is asked when somebody looks: it may not have started yet. */
  readonly configurations: () => readonly FollowedConfiguration[];
  readonly budgetsOf: (pipeline: string) => SharedResources;
  readonly overview: () => Overview | undefined;
  readonly isShared: boolean;
  /** The folder of the built pages. */
  readonly pages: string;
  readonly meaningOf: (code: string) => string | undefined;
  readonly random?: Random;
}

/** A web console, as a part of a service: what its server answers, and what it does with the service's events. */
export interface Console {
  routes(path: string): readonly Route[];
  readonly listener: Listener;
  /** Of the runs that the service makes. */
  onProgress(pipeline: string, event: ProgressEvent): void;
  /** The path, with what stands behind #, of a link by which one person can sign in once. */
  createLink(): Promise<string>;
  close(): Promise<void>;
}

export async function createConsole(options: ConsoleOptions): Promise<Console> {
  const { config, host, log, clock, state, pages, random = randomBytes } = options;
  const oidc = createOidc(config);
  const backend = await host.states.open(state);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  try {
    const store = await backend.openConsole({ clock });
    const feed = createFeed({ store, clock, log });
    const sessions = createSessions({ store, clock, random });
    const pipelines = createPipelines({ ...options, signal });
    const tasks = createTasks({ store, feed, host, clock, log, random, signal });
    const context: ConsoleContext = {
      ...{ host, log, clock, random, signal, store, sessions, feed, tasks, pipelines },
      overview: lateOverview(options.overview),
      meaningOf: options.meaningOf,
      isShared: options.isShared,
    };
    const cookie = createCookie('rolodesk_session', { isSecure: isSecure(config), sameSite: 'Strict' });
    const gate = createGate({ config, sessions, cookie, proxyKey: await proxyKeyOf(store, random) });
    const oidcCookie = createCookie('rolodesk_oidc', {
      isSecure: isSecure(config),
      sameSite: 'Lax',
      maxAgeSeconds: 600,
    });
    const ports = { config, gate, cookie, oidcCookie, oidc, attempts: createAttempts(clock) };
    const handlers = { ...answers(context, createPlans(context)), ...sessionHandlers(context, ports) };
    const router = createRouter({ handlers, gate, store, host, log });
    const pageRoutes = createPages(pages, (request) => refusalOf(host, () => gate.assertNear(request)));
    const events = createServiceEvents({ feed, clock });
    const house = keepHouse({ store, pipelines, clock, log }, signal);
    return {
      routes: (path) => [...router(path), ...pageRoutes(path)],
      listener: events.listener,
      onProgress: events.onProgress,
      createLink: async () => `${basePath}/sign-in#${await sessions.createLink()}`,
      async close() {
        await tasks.close();
        stop.abort(new Error('The console ends.'));
        await feed.close();
        await events.idle();
        await house;
        await store.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function refusalOf(host: Host, assert: () => void): RouteReply | undefined {
  try {
    assert();
    return undefined;
  } catch (error) {
    const { status, ...failure } = failureOf(error, host);
    return { status, headers: securityHeaders, body: JSON.stringify({ error: failure }) };
  }
}

function lateOverview(overview: () => Overview | undefined): ConsoleContext['overview'] {
  return {
    pipelines: () => overview()?.pipelines() ?? [],
    reasons: () => overview()?.reasons() ?? ['the service is starting'],
    configurations: () => overview()?.configurations() ?? { rejected: [], unread: 0 },
  };
}

/** The same for all workers that share the state, and kept so that a page stays valid when one is started again. */
async function proxyKeyOf(store: ConsoleStore, random: Random): Promise<string> {
  const id = 'proxy';
  const before = await store.document('key', id);
  if (typeof before?.value === 'string') return before.value;
  await store.saveDocument({ kind: 'key', id, pipeline: '', value: newSecret(random) });
  const kept = (await store.document('key', id))?.value;
  return typeof kept === 'string' ? kept : newSecret(random);
}
