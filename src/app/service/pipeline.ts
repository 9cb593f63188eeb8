import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { PipelineId } from '../../core/domain/pipeline.ts';
import type { SharedResources } from '../../core/http/shared-resources.ts';
import type { ManagedPipeline } from '../../core/service/managed-pipeline.ts';
import type { Overview, PipelineHealth } from '../../core/service/overview.ts';
import { createSchedule, scheduleOf } from '../../core/service/schedule.ts';
import type { ScheduleStore } from '../../core/service/types.ts';
import type { StateStore } from '../../core/state/store.ts';
import type { Host } from '../host.ts';
import { sync } from '../operations/sync.ts';
import type { OpenOptions } from '../pipeline/pipeline-parts.ts';
import type { Settings } from '../settings.ts';
import { withState } from '../with-state.ts';

/** What all pipelines of a service share. */
export interface Ports extends Pick<OpenOptions, 'sourceLimits' | 'replyMs' | 'onFailpoint'> {
  readonly host: Host;
  readonly log: Logger;
  readonly clock: Clock;
  readonly budgetsOf: (pipeline: string) => SharedResources;
  readonly overview: Overview;
}

/** A configured pipeline for the supervisor: opened for each run and closed after it, as in `rolodesk sync`. */
export function managedPipeline(settings: Settings, ports: Ports): ManagedPipeline {
  const { name, config } = settings;
  const { budgetsOf, overview, host, log, clock, ...given } = ports;
  return {
    name,
    turn: turnOf(settings),
    schedule: config.schedule === undefined ? undefined : createSchedule(scheduleOf(config.schedule), name),
    async run({ keys, full, signal, started }) {
      const context = { settings, host, log, clock, signal, ports: { ...given, budgets: budgetsOf(name) } };
      const choices = { ...defined({ keys, full }) };
      const report = await sync(context, choices, { onStart: started });
      overview.updateHealth(name, await withState(settings, { ...host, clock }, standing));
      return report;
    },
  };
}

/** Pipelines that keep their state in one file take turns: it has one lease. */
function turnOf({ state }: Settings): string {
  return state.path;
}

/** Stores in each pipeline's own state how far its schedule was followed. */
export function createScheduleStore(
  settingsOf: (pipeline: string) => Settings | undefined,
  ports: Pick<Host, 'states'> & { readonly clock: Clock },
): ScheduleStore {
  return {
    async load(pipeline) {
      const settings = settingsOf(pipeline);
      return settings && (await withState(settings, ports, (store, id) => store.schedule(id)));
    },
    async save(pipeline, schedule) {
      const settings = settingsOf(pipeline);
      if (settings) await withState(settings, ports, (store, id) => store.saveSchedule(id, schedule));
    },
  };
}

/** The pipeline's health before its first run in this process, from its state. */
export async function standingOf(
  settings: Settings,
  ports: Pick<Host, 'states'> & { readonly clock: Clock },
): Promise<PipelineHealth> {
  return await withState(settings, ports, async (store, id) => {
    const success = await store.lastSuccess(id);
    return {
      ...(await standing(store, id)),
      ...(success && { lastSuccessAt: success.finishedAt ?? success.startedAt }),
    };
  });
}

async function standing(store: StateStore, id: PipelineId): Promise<PipelineHealth> {
  const { deadLetters, pending } = await store.keptCounts(id);
  return { deadLetters, pending: Object.values(pending).reduce((sum, count) => sum + count, 0) };
}
