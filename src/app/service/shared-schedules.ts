import type { Clock } from '../../core/clock.ts';
import type { PipelineId } from '../../core/domain/pipeline.ts';
import type { ScheduleStore } from '../../core/service/types.ts';
import type { StateBackend } from '../../core/state/backend.ts';
import type { ScheduleState } from '../../core/state/schedule-state.ts';
import type { PipelineFacts } from './catalog/facts.ts';

/**
 * How far schedules were followed, where other workers follow them too: looked up for each turn, in the state that all of
 * them share. A pipeline's id is looked up once.
 */
export async function openSharedSchedules(
  backend: StateBackend,
  { factsOf, clock }: { readonly factsOf: (pipeline: string) => PipelineFacts | undefined; readonly clock: Clock },
): Promise<ScheduleStore & { close(): Promise<void> }> {
  const store = await backend.openStore({ clock });
  const ids = new Map<string, PipelineId>();

  async function idOf(pipeline: string): Promise<PipelineId | undefined> {
    const facts = factsOf(pipeline);
    if (!facts) return undefined;
    const key = JSON.stringify(facts.identity);
    const id = ids.get(key) ?? (await store.openPipeline(facts.identity));
    ids.set(key, id);
    return id;
  }

  async function save(pipeline: string, schedule: ScheduleState): Promise<void> {
    const id = await idOf(pipeline);
    if (id !== undefined) await store.saveSchedule(id, schedule);
  }

  return {
    async load(pipeline) {
      const id = await idOf(pipeline);
      return id === undefined ? undefined : await store.schedule(id);
    },
    save,
    async saveAll(schedules) {
      for (const [pipeline, schedule] of schedules) await save(pipeline, schedule);
    },
    close: () => store.close(),
  };
}
