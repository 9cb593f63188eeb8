import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { PipelineId } from '../../core/domain/pipeline.ts';
import type { SharedResources } from '../../core/http/shared-resources.ts';
import type { ManagedPipeline } from '../../core/service/managed-pipeline.ts';
import type { Overview, PipelineHealth } from '../../core/service/overview.ts';
import type { createSchedule } from '../../core/service/schedule.ts';
import type { StateStore } from '../../core/state/store.ts';
import type { Host } from '../host.ts';
import { sync } from '../operations/sync.ts';
import type { OpenOptions } from '../pipeline/pipeline-parts.ts';
import type { RunProgressEvent } from '../progress-event.ts';
import { withStateOf } from '../with-state.ts';
import type { FollowedConfiguration } from './catalog/catalog.ts';
import type { PipelineFacts } from './catalog/facts.ts';
import { openCompanion } from './companion.ts';
import type { SharedState } from './shared-state.ts';

/** What all pipelines of a service share. */
export interface Ports extends Pick<OpenOptions, 'sourceLimits' | 'replyMs' | 'onFailpoint'> {
  readonly host: Host;
  readonly log: Logger;
  readonly clock: Clock;
  readonly budgetsOf: (pipeline: string) => SharedResources;
  readonly overview: Overview;
  readonly createSchedule: typeof createSchedule;
  /** Called when a run of this pipeline has made its state. */
  readonly hasState: (pipeline: string) => void;
  readonly onProgress?: ((pipeline: string, event: RunProgressEvent) => void) | undefined;
  readonly followsSchedules: boolean;
  /** Where other workers share the state. */
  readonly sharedState: SharedState | undefined;
}

/** A configured pipeline for the supervisor: read and opened for each run and closed after it, as in `rolodesk sync`. */
export function managedPipeline(configuration: FollowedConfiguration, ports: Ports): ManagedPipeline {
  const { facts, settings: read } = configuration;
  const { name, schedule } = facts;
  const { budgetsOf, overview, host, log, clock, createSchedule: create, hasState, sharedState, ...rest } = ports;
  const { onProgress, followsSchedules, ...given } = rest;
  return {
    name,
    turn: turnOf(facts),
    schedule: schedule && followsSchedules ? create(schedule, name) : undefined,
    async run({ keys, full, signal, lease, started }) {
      const settings = await read();
      const runPorts = { ...given, budgets: budgetsOf(name), ...defined({ lease }) };
      const progress = onProgress && ((event: RunProgressEvent) => onProgress(name, event));
      const context = { settings, host, log, clock, signal, ports: runPorts, ...defined({ onProgress: progress }) };
      const choices = { ...defined({ keys, full }) };
      const report = await sync(context, choices, { onStart: started });
      hasState(name);
      overview.updateHealth(name, await health(facts, { ...host, clock, sharedState }));
      return report;
    },
    ...(sharedState &&
      (facts.hasAlerts || facts.receivesWebhooks) && {
        openCompanion: (requestRun) =>
          openCompanion(configuration, { state: sharedState, host, clock, log, requestRun }),
      }),
  };
}

/** Pipelines that need one lease take turns: a file has one, a database has one for each destination account. */
function turnOf({ state, identity }: PipelineFacts): string {
  return state.kind === 'sqlite' ? state.location : identity.destinationOrigin;
}

async function health(
  facts: PipelineFacts,
  {
    sharedState,
    ...ports
  }: Pick<Host, 'states'> & { readonly clock: Clock; readonly sharedState: SharedState | undefined },
): Promise<PipelineHealth> {
  if (sharedState) return await healthIn(sharedState.store, await sharedState.idOf(facts));
  return await withStateOf(facts, ports, healthIn);
}

async function healthIn(store: StateStore, id: PipelineId): Promise<PipelineHealth> {
  const { deadLetters, pending } = await store.keptCounts(id);
  return { deadLetters, pending: Object.values(pending).reduce((sum, count) => sum + count, 0) };
}
