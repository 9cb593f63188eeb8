import { defined } from '../../core/defined.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { Listener } from '../../core/service/events.ts';

/** Logs a line for each run, and for whatever prevents one: counts and reason names, no customers. */
export function logEvents(log: Logger): Listener {
  return (event) => {
    switch (event.kind) {
      case 'run-ended': {
        const { pipeline, trigger, report } = event;
        const { run, outcome, tallies, requests, error } = report;
        const seconds = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
        const fields = {
          pipeline,
          trigger,
          run,
          outcome,
          seconds,
          ...tallies,
          requests,
          ...(error && { code: error.code, reason: error.message }),
          ...(error?.hint !== undefined && { hint: error.hint }),
        };
        return outcome === 'failed' ? log.error(fields, 'run ended') : log.info(fields, 'run ended');
      }
      case 'run-rejected': {
        const { pipeline, code, message, hint } = event;
        return log.error({ pipeline, code, reason: message, ...defined({ hint }) }, 'run rejected');
      }
      case 'runs-missed': {
        const { pipeline, due } = event;
        const times = { first: new Date(due[0] ?? 0).toISOString(), last: new Date(due.at(-1) ?? 0).toISOString() };
        return log.warn({ pipeline, missed: due.length, ...times }, 'runs missed');
      }
      case 'config-reloaded':
        return log.info({ pipelines: event.pipelines }, 'configuration loaded');
      case 'config-rejected':
        return log.error({ reason: event.message }, 'configuration rejected: the previous one stays in use');
      case 'run-started':
        return log.debug({ pipeline: event.pipeline, trigger: event.trigger }, 'run started');
      case 'tick':
        return;
      default:
        return event satisfies never;
    }
  };
}
