import type { Clock } from '../../../core/clock.ts';
import { InterruptedError } from '../../../core/domain/errors.ts';
import type { Logger } from '../../../core/domain/log.ts';
import type { ConsoleStore } from '../../../core/state/console/console-store.ts';
import type { Host } from '../../host.ts';
import type { Feed } from '../feed/feed.ts';
import { storedTask } from './stored-task.ts';
import type { Task } from './task.ts';

/** A task of this process that has not ended. */
export interface RunningTask {
  task: Task;
  readonly stop: AbortController;
  /** Aborted once it has ended, however. */
  readonly over: AbortController;
  readonly ended: Promise<void>;
  savedAt: number;
}

export interface TaskPorts {
  readonly store: ConsoleStore;
  readonly feed: Feed;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
}

const beatMs = 5_000;

/** Keeps the tasks of this process where others see them, for as long as they run. */
export function createRunningTasks({ store, feed, host, clock, log }: TaskPorts) {
  const running = new Map<string, RunningTask>();
  let saving: Promise<void> = Promise.resolve();

  /** One after the other, so that the last state of a task is the one that stays. */
  async function save(entry: RunningTask): Promise<void> {
    entry.savedAt = clock.elapsed();
    const { task } = entry;
    saving = saving
      .then(async () => {
        const value = storedTask(task, clock.now());
        await store.saveDocument({ kind: 'task', id: task.id, pipeline: task.pipeline, value });
        await feed.publish([{ kind: 'task', task }]);
      })
      .catch((error: unknown) => {
        const reason = host.redactor.redact(error instanceof Error ? error.message : String(error));
        log.error({ task: task.id, reason }, 'a task of the console could not be kept');
      });
    await saving;
  }

  /** So that others see that it is alive, and it sees what others ask of it. */
  async function beat(entry: RunningTask): Promise<void> {
    const { task, stop, over } = entry;
    const wake = AbortSignal.any([stop.signal, over.signal]);
    while (!wake.aborted) {
      await clock.sleep(beatMs, wake).catch(() => undefined);
      if (wake.aborted) return;
      if (await store.document('cancel', task.id)) stop.abort(new InterruptedError());
      else await save(entry);
    }
  }

  return {
    has: (id: string): boolean => running.has(id),
    get: (id: string): RunningTask | undefined => running.get(id),
    all: (): readonly RunningTask[] => [...running.values()],
    save,
    begin(entry: RunningTask): void {
      running.set(entry.task.id, entry);
      void save(entry);
      beat(entry).catch((error: unknown) => {
        const reason = host.redactor.redact(error instanceof Error ? error.message : String(error));
        log.error({ task: entry.task.id, reason }, 'a task of the console cannot be looked after');
      });
    },
    async finish(entry: RunningTask, changes: Partial<Task>): Promise<void> {
      entry.task = { ...entry.task, ...changes, finishedAt: new Date(clock.now()).toISOString() };
      entry.over.abort(new Error('The task has ended.'));
      await save(entry);
      running.delete(entry.task.id);
    },
    saved: (): Promise<void> => saving,
  };
}
