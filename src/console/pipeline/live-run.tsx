import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { onEvent } from '../api/events.ts';
import { tasks } from '../api/tasks.ts';
import type { Progress, Task } from '../api/types.ts';
import { useTasksOf } from '../api/use-tasks.ts';
import { ProgressView } from '../components/progress-view.tsx';
import { TaskPanel } from '../components/task-panel.tsx';

const kinds: ReadonlySet<Task['kind']> = new Set(['sync', 'apply', 'retry', 'undo', 'audit']);

/** What runs in a pipeline now: a task that somebody began here, or a run of the service. */
export function LiveRun({ pipeline }: { readonly pipeline: string }) {
  useTasksOf(pipeline);
  const progress = useSignal<Progress | undefined>(undefined);
  useEffect(() => {
    return onEvent((event) => {
      if (event.kind === 'progress' && event.pipeline === pipeline) progress.value = event.progress;
      const isOver = event.kind === 'run-ended' || event.kind === 'run-rejected' || event.kind === 'reset';
      if (isOver && (event.kind === 'reset' || event.pipeline === pipeline)) progress.value = undefined;
    });
  }, [pipeline]);
  const task = [...tasks.value.values()].findLast((one) => one.pipeline === pipeline && kinds.has(one.kind));
  if (task) return <TaskPanel id={task.id} />;
  if (!progress.value) return null;
  return (
    <section class="note accent" aria-label="Run in progress">
      <h2>A scheduled run is in progress</h2>
      <ProgressView of={progress.value} />
    </section>
  );
}
