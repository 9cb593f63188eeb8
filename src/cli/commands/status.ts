import { connectionsOf } from '../../app/connections/configured-connections.ts';
import { lastRefusals } from '../../app/connections/last-refusals.ts';
import { asJson, isDue, reportConnections } from '../../app/connections/report.ts';
import type { Settings } from '../../app/settings.ts';
import { countHeld } from '../../core/pipeline/held-reasons.ts';
import { failureOf } from '../../core/report/stored-failure.ts';
import { isOverdue, maxMissedSuccesses, nextStart } from '../../core/service/due.ts';
import { createSchedule, scheduleOf } from '../../core/service/schedule.ts';
import type { ScheduleState } from '../../core/state/schedule-state.ts';
import type { RunRow } from '../../core/state/store.ts';
import type { CommandContext } from '../command.ts';
import { printConnection } from '../print-connection.ts';

/**
 * How things stand, with an exit code for monitors: 0 well, 1 something waits for a person, 4 the last run failed, there was
 * none, or none has succeeded for longer than the schedule allows.
 */
export async function status(cli: CommandContext): Promise<number> {
  return await cli.withPipeline({ write: false, online: false }, async ({ pipeline, settings, credentials }) => {
    const { store, id, clock } = pipeline;
    const sides = connectionsOf(cli.app, { settings, credentials, clock });
    const refusals = await lastRefusals(store, id);
    const connections = await reportConnections({ sides, credentials, clock, refusals });
    const due = connections.filter(isDue);
    const schedule = followed(settings, await store.schedule(id));
    const counts = await store.counts(id);
    const [last] = await store.runs(id, { limit: 1 });
    const success = await store.lastSuccess(id);
    const overdue = success !== undefined && isLate(settings, success, clock.now());
    const held = countHeld(counts.pending);
    const hold = await store.pauseReason(id);
    cli.printJson({
      pipeline: pipeline.name,
      last: last ?? null,
      lastSuccess: success ?? null,
      overdue,
      held: held > 0,
      hold: hold ?? null,
      schedule: schedule ?? null,
      ...counts,
      connections: connections.map(asJson),
    });
    cli.print(cli.style.bold(pipeline.name));
    cli.print(`  last run: ${last ? `${last.outcome}, ${new Date(last.startedAt).toISOString()}` : 'none yet'}`);
    const failure = last && failureOf(last);
    if (failure) cli.print(cli.style.bad(`    ${failure.message} (${failure.code})`));
    if (failure?.hint !== undefined) cli.print(`    ${failure.hint}`);
    cli.print(`  last success: ${success ? new Date(endOf(success)).toISOString() : 'none'}`);
    if (overdue) cli.print(cli.style.bad(`    Since then ${maxMissedSuccesses} runs or more were due.`));
    cli.print(
      `  customers linked: ${counts.links}; rejects: ${counts.deadLetters}; deactivations held: ${held}; batches open: ${counts.openBatches}`,
    );
    if (schedule) {
      const { cron, timeZone, next, missed, lastMissed } = schedule;
      cli.print(`  schedule: ${cron} (${timeZone}); next: ${next ?? 'when rolodesk serve runs'}`);
      if (lastMissed !== null) cli.print(`  missed runs: ${missed}, the last one due ${lastMissed}`);
    }
    if (hold !== undefined) cli.print(cli.style.warn(`  nothing is written until rolodesk sync --resume: ${hold}`));
    for (const report of due) printConnection(cli, report);
    if (overdue || (last?.outcome !== 'completed' && last?.outcome !== 'held')) return 4;
    return counts.deadLetters > 0 || held > 0 || hold !== undefined || due.length > 0 ? 1 : 0;
  });
}

function endOf({ startedAt, finishedAt = startedAt }: RunRow): number {
  return finishedAt;
}

function isLate({ config, name }: Settings, success: RunRow, now: number): boolean {
  if (config.schedule === undefined) return false;
  return isOverdue(createSchedule(scheduleOf(config.schedule), name), endOf(success), now);
}

/** What a service makes of the schedule. Without a service nothing follows it. */
function followed({ config, name }: Settings, mark: ScheduleState | undefined) {
  if (config.schedule === undefined) return undefined;
  const { cron, timeZone, jitter } = scheduleOf(config.schedule);
  const schedule = createSchedule({ cron, timeZone, jitter }, name);
  const next = mark?.schedule === schedule.text ? nextStart(schedule, mark) : undefined;
  return {
    cron,
    timeZone,
    next: next === undefined ? null : new Date(next).toISOString(),
    missed: mark?.missed ?? 0,
    lastMissed: mark?.lastMissedAt === undefined ? null : new Date(mark.lastMissedAt).toISOString(),
  };
}
