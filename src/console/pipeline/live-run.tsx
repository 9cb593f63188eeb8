import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { onEvent } from '../api/events.ts';
import type { Progress, Task } from '../api/types.ts';
import { useTask } from '../api/use-task.ts';
import { ProgressView } from '../components/progress-view.tsx';
import { TaskPanel } from '../components/task-panel.tsx';

const kinds = ['sync', 'apply', 'retry', 'undo', 'audit'] as const satisfies readonly Task['kind'][];

/** What runs in a pipeline now: a task that somebody began here, or a run of the service. */
export function LiveRun({ pipeline }: { readonly pipeline: string }) {
  const task = useTask(pipeline, kinds);
  const progress = useSignal<Progress | undefined>(undefined);
  useEffect(() => {
    return onEvent((event) => {
      if (event.kind === 'progress' && event.pipeline === pipeline) progress.value = event.progress;
      const isOver = event.kind === 'run-ended' || event.kind === 'run-rejected' || event.kind === 'reset';
      if (isOver && (event.kind === 'reset' || event.pipeline === pipeline)) progress.value = undefined;
    });
  }, [pipeline]);
  if (task && (task.state === 'running' || !progress.value)) return <TaskPanel id={task.id} />;
  if (!progress.value) return null;
  return (
    <section class="note accent" aria-label="Run in progress">
      <h2>A scheduled run is in progress</h2>
      <ProgressView of={progress.value} />
    </section>
  );
}
