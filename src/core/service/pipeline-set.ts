import type { Clock } from '../clock.ts';
import { resumeSchedule } from './due.ts';
import { answerQueued, type ScheduleFollower, type SupervisedPipeline } from './follow-schedule.ts';
import type { ManagedPipeline } from './managed-pipeline.ts';
import { stop } from './pipeline-state.ts';

/** The pipelines of a supervisor, by name. */
export interface PipelineSet {
  all(): IteratorObject<SupervisedPipeline>;
  get(name: string): SupervisedPipeline | undefined;
  /** A pipeline that stays keeps its state, one that is new is loaded, and one that is not given is stopped. */
  replace(given: readonly ManagedPipeline[]): Promise<void>;
  stopAll(): void;
}

export function createPipelineSet(clock: Clock, follower: ScheduleFollower): PipelineSet {
  let pipelines: ReadonlyMap<string, SupervisedPipeline> = new Map();

  function stopPipeline(supervised: SupervisedPipeline): void {
    answerQueued(supervised, { kind: 'dropped' });
    supervised.state = stop(supervised.state);
  }

  return {
    all: () => pipelines.values(),
    get: (name) => pipelines.get(name),
    async replace(given) {
      const now = clock.now();
      const next = new Map<string, SupervisedPipeline>();
      const unstored: SupervisedPipeline[] = [];
      const fresh = given.filter(({ name }) => !pipelines.has(name));
      const loaded = new Map(
        await Promise.all(fresh.map(async (pipeline) => [pipeline.name, await follower.load(pipeline, now)] as const)),
      );
      for (const { name } of given) {
        const { supervised = pipelines.get(name), isStored = true } = loaded.get(name) ?? {};
        if (supervised) next.set(name, supervised);
        if (supervised && !isStored) unstored.push(supervised);
      }
      await follower.saveAll(unstored);
      // No await between here and where `pipelines` is set: the loop sees all of the old ones or all of the new ones.
      const rescheduled: SupervisedPipeline[] = [];
      for (const pipeline of given) {
        const supervised = next.get(pipeline.name);
        if (!supervised) continue;
        const schedule = resumeSchedule(pipeline.schedule, supervised.schedule, now);
        if (schedule !== supervised.schedule) rescheduled.push(supervised);
        supervised.pipeline = pipeline;
        supervised.schedule = schedule;
      }
      for (const [name, supervised] of pipelines) if (!next.has(name)) stopPipeline(supervised);
      pipelines = next;
      for (const supervised of rescheduled) await follower.save(supervised, supervised.schedule);
    },
    stopAll() {
      for (const supervised of pipelines.values()) stopPipeline(supervised);
    },
  };
}
