import { signal } from '@preact/signals';
import type { Body } from '../../app/console/api/index.ts';
import { ApiError, call } from './call.ts';
import { onEvent } from './events.ts';
import type { Task } from './types.ts';

/** What was begun here or is in progress, by id, as it is now. */
export const tasks = signal<ReadonlyMap<string, Task>>(new Map());

onEvent((event) => {
  if (event.kind === 'task') keep(event.task);
  if (event.kind !== 'reset') return;
  for (const { id, state } of tasks.value.values()) if (state === 'running') refresh(id);
});

export function keep(task: Task): void {
  tasks.value = new Map([...[...tasks.value].slice(-50), [task.id, task]]);
}

export async function startTask(pipeline: string, body: Body<'startTask'>): Promise<Task> {
  const task = await call('startTask', { path: { pipeline }, body });
  keep(task);
  return task;
}

/** Those of a pipeline that run, or ran a short while ago. */
export async function findTasks(pipeline: string): Promise<void> {
  const { items } = await call('listTasks', { query: { pipeline, limit: 20 } });
  // Oldest first: the newest of a kind is the last one kept.
  for (const task of items.toReversed()) keep(task);
}

/** A task that its service has forgotten, as after a restart, has no end that anybody could see. */
async function refresh(id: string): Promise<void> {
  try {
    keep(await call('getTask', { path: { task: id } }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) tasks.value = new Map([...tasks.value].filter(([key]) => key !== id));
  }
}
