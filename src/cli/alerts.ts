import type { ZendeskConfig } from '../connectors/zendesk/config.ts';
import { type Alerts, createAlerts } from '../core/alerts/create-alerts.ts';
import type { AlertFacts, Expiry } from '../core/alerts/occurrence.ts';
import { createRules } from '../core/alerts/rules.ts';
import { createTargets } from '../core/alerts/targets/target.ts';
import { refreshExpiryOf } from '../core/auth/stored-token.ts';
import type { Clock } from '../core/clock.ts';
import type { CredentialStore } from '../core/contracts.ts';
import type { Logger } from '../core/log.ts';
import { createSchedule, scheduleOf } from '../core/service/schedule.ts';
import { openSqliteStore } from '../core/state/sqlite/open-store.ts';
import { identityOf } from './compose.ts';
import { openCredentials } from './connections/open-credentials.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** Zendesk, "API token deprecation": they end on this day. */
const apiTokensEnd = Date.UTC(2027, 3, 30);

export interface OpenAlerts extends Alerts {
  close(): Promise<void>;
}

/** Undefined where nobody is to be told. Opens the state without the lease: it judges also what another process does. */
export async function openAlerts({
  settings,
  terminal,
  clock,
  log,
}: {
  readonly settings: Settings;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<OpenAlerts | undefined> {
  const { name, config, statePath, source } = settings;
  if (!config.alerts) return undefined;
  const due = dueBy(settings);
  const store = await openSqliteStore({ path: statePath, clock });
  const credentials = openCredentials(settings, clock);
  const id = await store.openPipeline(identityOf(settings));
  async function facts(): Promise<AlertFacts> {
    const { deadLetters, pending } = await store.counts(id);
    return {
      rejectsWaiting: deadLetters,
      deactivationsHeld: pending['deactivation-cap'] ?? 0,
      expiries: await expiriesOf(settings, credentials),
      due,
    };
  }
  const alerts = createAlerts({
    pipeline: name,
    id,
    store,
    rules: createRules(config.alerts.rules),
    targets: createTargets(config.alerts.targets, terminal.env),
    facts,
    clock,
    log,
    redact: terminal.redactor.redact,
  });
  return {
    ...alerts,
    async close() {
      await alerts.idle();
      credentials.close();
      await store.close();
    },
  };

  async function expiriesOf(
    { connector, config: { destination } }: Settings,
    stored: CredentialStore,
  ): Promise<readonly Expiry[]> {
    const at = source.credential === undefined ? undefined : await refreshExpiryOf(stored, source.credential);
    return [
      ...(at === undefined ? [] : [{ what: `the refresh token of ${connector.title}`, at }]),
      ...(usesApiToken(destination) ? [{ what: "Zendesk's API tokens (use OAuth)", at: apiTokensEnd }] : []),
    ];
  }
}

function usesApiToken({ auth }: Pick<ZendeskConfig, 'auth'>): boolean {
  return auth.type === 'api_token';
}

function dueBy({ config: { schedule: given }, name }: Settings): AlertFacts['due'] {
  if (given === undefined) return () => 0;
  const schedule = createSchedule(scheduleOf(given), name);
  return (from, to, enough) => {
    let count = 0;
    for (let next = schedule.next(from); next !== undefined && next <= to && count < enough; ) {
      count += 1;
      next = schedule.next(next);
    }
    return count;
  };
}
