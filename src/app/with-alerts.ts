import type { AlertInput } from '../core/alerts/alert-input.ts';
import { defined } from '../core/defined.ts';
import { RolodeskError } from '../core/domain/errors.ts';
import type { RunReport } from '../core/domain/run/run-report.ts';
import { openAlerts } from './alerts.ts';
import { hintOf, type WordsFor } from './hint.ts';
import type { OperationContext } from './operations/context.ts';

type Ended = Extract<AlertInput, { kind: 'ended' }>;

/**
 * Evaluates the alert rules with the result of a run, or with the reason why it could not start. A failing alert
 * changes neither.
 */
export async function withAlerts(
  context: OperationContext,
  reads: Ended['reads'],
  work: () => Promise<RunReport>,
): Promise<RunReport> {
  const { signal, clock, host } = context;
  try {
    const report = await work();
    await observe(context, { kind: 'ended', at: clock.now(), report, reads });
    return report;
  } catch (error) {
    if (!signal.aborted) await observe(context, refused(error, { at: clock.now(), wordsFor: host.wordsFor }));
    throw error;
  }
}

function refused(
  error: unknown,
  { at, wordsFor }: { readonly at: number; readonly wordsFor: WordsFor | undefined },
): AlertInput {
  if (!(error instanceof RolodeskError)) return { kind: 'refused', at, code: 'bug', message: 'an internal error' };
  const { code, message } = error;
  const hint = hintOf(error, wordsFor);
  return { kind: 'refused', at, code, message, ...defined({ hint }) };
}

async function observe({ settings, host, clock, log }: OperationContext, input: AlertInput): Promise<void> {
  try {
    const alerts = await openAlerts({ settings, host, clock, log });
    if (!alerts) return;
    await alerts.observe(input);
    await alerts.close();
  } catch (error) {
    // The run is over, and what it did is reported whatever becomes of its alerts.
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'alerts could not be evaluated');
  }
}
