import { type Json, toJson } from '../../../core/domain/json.ts';
import { task as taskSchema } from '../api/tasks.ts';
import type { Task } from './task.ts';

/** A task whose process has said nothing for so long has died with it. */
const silenceMs = 60_000;

/** What is kept of a task: its document, and when its process was last seen to work on it. */
export function storedTask(task: Task, now: number): Json {
  return { task: toJson(task), beatAt: now };
}

/** Undefined for what another version has stored. */
export function taskFrom(value: Json, now: number): Task | undefined {
  if (typeof value !== 'object' || value === null || !('task' in value)) return undefined;
  const found = taskSchema.safeParse(value.task).data;
  if (found?.state !== 'running') return found;
  if (typeof value.beatAt === 'number' && now - value.beatAt < silenceMs) return found;
  const error = {
    code: 'interrupted',
    message: 'The process that worked on it has ended.',
    hint: 'Begin it again: a run takes up what was left open.',
  };
  return { ...found, state: 'failed', finishedAt: found.startedAt, error };
}
