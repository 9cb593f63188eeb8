import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { Json } from '../../core/domain/json.ts';
import type { ScheduleStore } from '../../core/service/types.ts';
import type { ScheduleState } from '../../core/state/schedule-state.ts';
import type { ServiceStore } from '../../core/state/service/service-store.ts';
import type { Standing } from '../../core/state/service/standing.ts';
import type { Host } from '../host.ts';
import { withStateOf } from '../with-state.ts';
import type { PipelineFacts } from './catalog/facts.ts';

export interface ServiceSchedules extends ScheduleStore {
  /** How pipelines stand that are about to be loaded. */
  prepare(names: readonly string[], standings: ReadonlyMap<string, Standing>): Promise<void>;
  /** From now on its schedule is kept in its own state. */
  hasState(pipeline: string): void;
}

/**
 * Keeps how far each schedule was followed: in the pipeline's own state, once it has one, so that every machine and
 * command sees it. Until its first run it is kept with the service, all in one place: a service of thousands of new
 * pipelines makes no states for them.
 */
export function createServiceSchedules({
  store,
  factsOf,
  states,
  clock,
}: {
  readonly store: ServiceStore;
  readonly factsOf: (pipeline: string) => PipelineFacts | undefined;
  readonly states: Host['states'];
  readonly clock: Clock;
}): ServiceSchedules {
  const withOwnState = new Set<string>();
  const prepared = new Map<string, ScheduleState>();

  async function save(pipeline: string, schedule: ScheduleState): Promise<void> {
    const facts = factsOf(pipeline);
    if (!facts) return;
    if (withOwnState.has(pipeline))
      await withStateOf(facts, { states, clock }, (own, id) => own.saveSchedule(id, schedule));
    else await store.change([{ kind: 'schedule', name: pipeline, value: jsonOf(schedule) }]);
  }

  return {
    async prepare(names, standings) {
      const first = await store.entries('schedule');
      prepared.clear();
      for (const name of names) {
        const standing = standings.get(name);
        if (standing) withOwnState.add(name);
        const schedule = standing?.schedule ?? scheduleFrom(first.get(name));
        if (schedule) prepared.set(name, schedule);
      }
    },
    hasState: (pipeline) => withOwnState.add(pipeline),
    load: async (pipeline) => prepared.get(pipeline),
    save,
    async saveAll(schedules) {
      const first = [...schedules].filter(([name]) => !withOwnState.has(name));
      if (first.length > 0)
        await store.change(first.map(([name, schedule]) => ({ kind: 'schedule', name, value: jsonOf(schedule) })));
      for (const [name, schedule] of schedules) if (withOwnState.has(name)) await save(name, schedule);
    },
  };
}

const stored = z.object({
  schedule: z.string(),
  lastHandledAt: z.number(),
  runPending: z.boolean(),
  missed: z.number(),
  lastMissedAt: z.number().optional(),
});

function jsonOf({ lastMissedAt, ...schedule }: ScheduleState): Json {
  return { ...schedule, ...(lastMissedAt !== undefined && { lastMissedAt }) };
}

/** Undefined for what was never kept. */
export function scheduleFrom(value: Json | undefined): ScheduleState | undefined {
  const found = stored.safeParse(value).data;
  if (!found) return undefined;
  const { lastMissedAt, ...schedule } = found;
  return { ...schedule, ...defined({ lastMissedAt }) };
}
