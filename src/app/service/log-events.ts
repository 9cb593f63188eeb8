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
        return log.info(pipelinesOf(event.pipelines), 'configuration loaded');
      case 'config-rejected': {
        const { configuration, message, isPreviousInUse } = event;
        const consequence = isPreviousInUse ? 'the previous one stays in use' : 'its pipeline does not run';
        const fields = { ...defined({ configuration }), reason: message };
        return log.error(fields, `configuration rejected: ${consequence}`);
      }
      case 'run-started':
        return log.debug({ pipeline: event.pipeline, trigger: event.trigger }, 'run started');
      case 'tick':
        return;
      default:
        return event satisfies never;
    }
  };
}

/** A line that names thousands is read by nobody. */
const maxNamed = 20;

function pipelinesOf(names: readonly string[]) {
  return names.length > maxNamed
    ? { pipelines: names.slice(0, maxNamed), more: names.length - maxNamed }
    : { pipelines: names };
}
