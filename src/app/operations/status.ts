import { countHeld } from '../../core/pipeline/held-reasons.ts';
import { failureOf, type StoredFailure } from '../../core/report/stored-failure.ts';
import { isOverdue, nextStart } from '../../core/service/due.ts';
import { createSchedule, scheduleOf } from '../../core/service/schedule.ts';
import type { ScheduleState } from '../../core/state/schedule-state.ts';
import type { RunRow, StateStore } from '../../core/state/store.ts';
import { connectionsOf } from '../connections/configured-connections.ts';
import { lastRefusals } from '../connections/last-refusals.ts';
import { type ConnectionReport, isDue, reportConnections } from '../connections/report.ts';
import { withWords } from '../hint.ts';
import { firstScheduleOf } from '../service/first-schedule.ts';
import type { Settings } from '../settings.ts';
import { type OperationContext, readOnly, withParts } from './context.ts';

/** How a service follows the schedule. Times are ISO 8601. Without a service, nothing follows it. */
export interface ScheduleStatus {
  readonly cron: string;
  readonly timeZone: string;
  readonly next: string | null;
  readonly missed: number;
  readonly lastMissed: string | null;
}

export interface PipelineStatus {
  readonly pipeline: string;
  /**
   * `failing`: the last run failed, there was none, or none has succeeded for longer than the schedule allows.
   * `attention`: something waits for a person.
   */
  readonly verdict: 'ok' | 'attention' | 'failing';
  readonly last: RunRow | undefined;
  /** Why the last run failed, if it did. */
  readonly failure: StoredFailure | undefined;
  readonly lastSuccess: RunRow | undefined;
  /** Several runs were due since the last success. */
  readonly isOverdue: boolean;
  /** Deactivations that wait for approval. */
  readonly held: number;
  /** Why nothing is written until somebody resumes, after an undo or a declined canary. */
  readonly pauseReason: string | undefined;
  readonly schedule: ScheduleStatus | undefined;
  readonly counts: Awaited<ReturnType<StateStore['counts']>>;
  readonly connections: readonly ConnectionReport[];
}

/** Says whether all is well, from the state alone. */
export async function status(context: OperationContext): Promise<PipelineStatus> {
  const { wordsFor } = context.host;
  return await withParts(context, readOnly, async ({ pipeline, settings, credentials }) => {
    const { store, id, clock } = pipeline;
    const configured = connectionsOf(context, { settings, credentials, clock });
    const refusals = await lastRefusals(store, id);
    const connections = await reportConnections({ connections: configured, credentials, clock, refusals, wordsFor });
    const counts = await store.counts(id);
    const [last] = await store.runs(id, { limit: 1 });
    const lastSuccess = await store.lastSuccess(id);
    const facts = {
      last,
      isOverdue: lastSuccess !== undefined && isLate(settings, lastSuccess, clock.now()),
      held: countHeld(counts.pending),
      pauseReason: await store.pauseReason(id),
      counts,
      connections,
    };
    const failure = last && failureOf(last);
    return {
      pipeline: pipeline.name,
      verdict: verdictOf(facts),
      ...facts,
      failure: failure && withWords(failure, wordsFor),
      lastSuccess,
      schedule: scheduleStatus(settings, (await store.schedule(id)) ?? (await firstScheduleOf(context))),
    };
  });
}

function verdictOf({
  last,
  isOverdue: late,
  held,
  pauseReason,
  counts,
  connections,
}: Pick<
  PipelineStatus,
  'last' | 'isOverdue' | 'held' | 'pauseReason' | 'counts' | 'connections'
>): PipelineStatus['verdict'] {
  if (late || (last?.outcome !== 'completed' && last?.outcome !== 'held')) return 'failing';
  const waits = counts.deadLetters > 0 || held > 0 || pauseReason !== undefined || connections.some(isDue);
  return waits ? 'attention' : 'ok';
}

function isLate({ config, name }: Settings, { startedAt, finishedAt = startedAt }: RunRow, now: number): boolean {
  if (config.schedule === undefined) return false;
  return isOverdue(createSchedule(scheduleOf(config.schedule), name), finishedAt, now);
}

function scheduleStatus({ config, name }: Settings, mark: ScheduleState | undefined): ScheduleStatus | undefined {
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
