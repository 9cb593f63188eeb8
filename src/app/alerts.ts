import type { AlertContext, Expiry } from '../core/alerts/alert-input.ts';
import { type Alerts, createAlerts } from '../core/alerts/create-alerts.ts';
import { createRules } from '../core/alerts/rules.ts';
import { createTargets } from '../core/alerts/targets/create-targets.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/domain/log.ts';
import { countHeld } from '../core/pipeline/held-reasons.ts';
import { createSchedule, scheduleOf } from '../core/service/schedule.ts';
import { connectionsOf } from './connections/configured-connections.ts';
import { openCredentials } from './connections/open-credentials.ts';
import { reportConnections } from './connections/report.ts';
import { hintOf } from './hint.ts';
import type { Host } from './host.ts';
import type { Settings } from './settings.ts';
import { openState } from './with-state.ts';

export interface OpenAlerts extends Alerts {
  close(): Promise<void>;
}

/**
 * Undefined if the configuration notifies nobody. Opens the state without the lease, because it also evaluates what
 * another process does.
 */
export async function openAlerts({
  settings,
  host,
  clock,
  log,
}: {
  readonly settings: Settings;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<OpenAlerts | undefined> {
  const { name, config } = settings;
  if (!config.alerts) return undefined;
  const due = dueBy(settings);
  const { store, id, close } = await openState(settings, { ...host, clock });
  const credentials = await openCredentials(settings, { ...host, clock });
  const connections = connectionsOf({ host, log }, { settings, credentials, clock });
  /** What expires on either side unless somebody acts. */
  async function expiries(): Promise<readonly Expiry[]> {
    const reports = await reportConnections({ connections, credentials, clock, wordsFor: host.wordsFor });
    return reports.flatMap(({ title, expiries }) =>
      expiries.map(({ what, at }) => ({ what: `the ${what} of ${title}`, at })),
    );
  }
  async function facts(): Promise<AlertContext> {
    const { deadLetters, pending } = await store.keptCounts(id);
    return {
      rejectsWaiting: deadLetters,
      deactivationsHeld: countHeld(pending),
      expiries: await expiries(),
      due,
    };
  }
  const alerts = createAlerts({
    pipeline: name,
    id,
    store,
    rules: createRules(config.alerts.rules, {
      remedyForHeld: hintOf({ remedy: { kind: 'allow-deactivations' } }, host.wordsFor),
    }),
    targets: createTargets(config.alerts.targets, host.env),
    facts,
    clock,
    log,
    redact: host.redactor.redact,
  });
  return {
    ...alerts,
    async close() {
      await alerts.idle();
      await credentials.close();
      await close();
    },
  };
}

function dueBy({ config: { schedule: given }, name }: Settings): AlertContext['due'] {
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
