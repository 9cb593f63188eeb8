import type { AlertInput } from '../core/alerts/alert-input.ts';
import { systemClock } from '../core/clock.ts';
import { RolodeskError } from '../core/domain/errors.ts';
import type { RunReport } from '../core/domain/run-report.ts';
import { openAlerts } from './alerts.ts';
import type { AppContext } from './host.ts';
import { readSettings } from './settings.ts';

/** A run that cron begins: how it ended, or why it could not begin, is evaluated by the alert rules. A failing alert changes neither. */
export async function withAlerts<T>(
  context: AppContext,
  { reads, signal }: Pick<Extract<AlertInput, { kind: 'ended' }>, 'reads'> & { readonly signal: AbortSignal },
  work: (ended: (report: RunReport) => void) => Promise<T>,
): Promise<T> {
  let report: RunReport | undefined;
  try {
    const result = await work((ended) => {
      report = ended;
    });
    if (report) await observe(context, { kind: 'ended', at: systemClock.now(), report, reads });
    return result;
  } catch (error) {
    if (!signal.aborted) await observe(context, refused(error));
    throw error;
  }
}

function refused(error: unknown): AlertInput {
  const at = systemClock.now();
  if (!(error instanceof RolodeskError)) return { kind: 'refused', at, code: 'bug', message: 'an internal error' };
  const { code, message, hint } = error;
  return { kind: 'refused', at, code, message, ...(hint !== undefined && { hint }) };
}

async function observe({ asked, host, log }: AppContext, occurrence: AlertInput): Promise<void> {
  try {
    const settings = await readSettings({ asked, host });
    const alerts = await openAlerts({ settings, host, clock: systemClock, log });
    if (!alerts) return;
    await alerts.observe(occurrence);
    await alerts.close();
  } catch (error) {
    // The run is over, and what it did is reported whatever becomes of its alerts.
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'alerts could not be evaluated');
  }
}
