import PQueue from 'p-queue';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { RequestRun } from '../../core/service/change-trigger.ts';
import type { Listener } from '../../core/service/events.ts';
import type { Route } from '../../core/service/route.ts';
import { type WebhookReceiver, webhookPath } from '../../core/service/webhook-receiver.ts';
import type { Host } from '../host.ts';
import { createAlertDispatch } from './alert-dispatch.ts';
import type { FollowedConfiguration } from './catalog/catalog.ts';
import { createRecentlyUsed, type RecentlyUsed } from './recently-used.ts';
import { standingsOf } from './standings.ts';
import { openWebhookReceiver } from './webhook-receiver.ts';

/**
 * What a service does in addition to its runs, for every pipeline that is configured for it: it receives webhooks and
 * sends alerts.
 */
export interface BackgroundServices {
  readonly listener: Listener;
  /** Those of a path. */
  routes(path: string): readonly Route[];
  /** Serves these configurations in place of those before. Call it once runs can be requested. */
  follow(configurations: readonly FollowedConfiguration[]): Promise<void>;
  close(): Promise<void>;
}

/** Of each kind so many are open at once. */
const maxOpen = 100;

interface BackgroundOptions {
  /** The configurations that the service follows, asked for when it has taken new ones. */
  readonly configurations: () => readonly FollowedConfiguration[];
  readonly requestRun: RequestRun;
  /** Whether other workers share the state: then runs and alerts belong to the turns. */
  readonly isShared?: () => boolean;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createBackgroundServices({
  configurations,
  requestRun,
  isShared = () => false,
  host,
  clock,
  log,
}: BackgroundOptions): BackgroundServices {
  /** Events and changed configurations are handled in their order. */
  const queue = new PQueue({ concurrency: 1 });
  let followed: ReadonlyMap<string, FollowedConfiguration> = new Map();

  const receivers = createRecentlyUsed<WebhookReceiver>({
    limit: maxOpen,
    async openOne(name) {
      const configuration = followed.get(name);
      if (!configuration?.facts.receivesWebhooks) return undefined;
      const settings = await configuration.settings();
      const ports = { settings, host, clock, log, requestRun };
      if (isShared()) return await openWebhookReceiver({ ...ports, nudge: async () => requestRun(name, 'change', {}) });
      const receiver = await openWebhookReceiver(ports);
      await receiver?.start();
      return receiver;
    },
  });
  const alerts = createAlertDispatch({ followed: () => followed, maxOpen, host, clock, log });

  function inBackground(what: string, work: () => Promise<void>): void {
    queue.add(work).catch((error: unknown) => {
      const message = host.redactor.redact(error instanceof Error ? error.message : String(error));
      log.error({ error: message }, what);
    });
  }

  async function follow(given: readonly FollowedConfiguration[]): Promise<void> {
    const before = followed;
    followed = new Map(given.map((one) => [one.facts.name, one]));
    for (const [name, one] of before)
      if (followed.get(name) !== one) {
        await receivers.close(name);
        await alerts.close(name);
      }
    // The turns find what waits.
    if (isShared()) return;
    const fresh = given.filter((one) => one.facts.receivesWebhooks && before.get(one.facts.name) !== one);
    const standings = await standingsOf(
      fresh.map(({ facts }) => facts),
      { ...host, clock, log },
    );
    // What came while nobody listened, or was not read to the end, is requested by the receiver as it opens.
    for (const { facts } of fresh) if (standings.get(facts.name)?.changesWait) await receivers.get(facts.name);
  }

  return {
    listener(event) {
      if (event.kind === 'config-reloaded')
        return inBackground('webhooks could not be opened', () => follow(configurations()));
      if (isShared()) return;
      for (const receiver of receivers.open()) void receiver.then((one) => one?.listener(event), ignoreUnopened);
      inBackground('alerts could not be evaluated', () => alerts.dispatch(event));
    },
    routes(path) {
      const name = [...webhookNames(path)].find((one) => followed.get(one)?.facts.receivesWebhooks);
      return name === undefined ? [] : [routeOf(name, receivers)];
    },
    follow: (given) => queue.add(() => follow(given)),
    close: () =>
      queue.add(async () => {
        followed = new Map();
        await receivers.closeAll();
        await alerts.closeAll();
      }),
  };
}

function routeOf(name: string, receivers: RecentlyUsed<WebhookReceiver>): Route {
  return {
    method: 'POST',
    path: webhookPath(name),
    async handle(request) {
      const receiver = await receivers.get(name);
      return receiver ? await receiver.route.handle(request) : { status: 404, body: '{"error":"not-found"}' };
    },
  };
}

/** Whoever opened it has reported why it could not be opened. */
function ignoreUnopened(): void {}

/** The pipeline that a path names, if it is one of webhooks. */
function webhookNames(path: string): readonly string[] {
  const encoded = /^\/webhooks\/([^/]+)$/.exec(path)?.[1];
  if (encoded === undefined) return [];
  try {
    return [decodeURIComponent(encoded)];
  } catch (error) {
    if (error instanceof URIError) return [];
    throw error;
  }
}
