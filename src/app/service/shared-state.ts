import type { Clock } from '../../core/clock.ts';
import type { PipelineId } from '../../core/domain/pipeline.ts';
import type { ScheduleStore } from '../../core/service/types.ts';
import type { StateBackend } from '../../core/state/backend.ts';
import type { ScheduleState } from '../../core/state/schedule-state.ts';
import type { StateStore } from '../../core/state/store.ts';
import type { PipelineFacts } from './catalog/facts.ts';

type Target = Pick<PipelineFacts, 'identity'>;

/** The state that workers share, open for small rows next to runs. A pipeline's id is looked up once. */
export interface SharedState {
  readonly store: StateStore;
  idOf(target: Target): Promise<PipelineId>;
  close(): Promise<void>;
}

export async function openSharedState(backend: StateBackend, clock: Clock): Promise<SharedState> {
  const store = await backend.openStore({ clock });
  const ids = new Map<string, PipelineId>();
  return {
    store,
    async idOf({ identity }) {
      const key = JSON.stringify(identity);
      const id = ids.get(key) ?? (await store.openPipeline(identity));
      ids.set(key, id);
      return id;
    },
    close: () => store.close(),
  };
}

/** How far schedules were followed, where other workers follow them too: looked up for each turn. */
export function createSharedSchedules(
  { store, idOf }: SharedState,
  factsOf: (pipeline: string) => PipelineFacts | undefined,
): ScheduleStore {
  async function save(pipeline: string, schedule: ScheduleState): Promise<void> {
    const facts = factsOf(pipeline);
    if (facts) await store.saveSchedule(await idOf(facts), schedule);
  }
  return {
    async load(pipeline) {
      const facts = factsOf(pipeline);
      return facts && (await store.schedule(await idOf(facts)));
    },
    save,
    async saveAll(schedules) {
      await Promise.all(Array.from(schedules, ([pipeline, schedule]) => save(pipeline, schedule)));
    },
  };
}
