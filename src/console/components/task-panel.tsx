import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { call } from '../api/call.ts';
import { tasks } from '../api/tasks.ts';
import type { Task } from '../api/types.ts';
import { href, pathOf } from '../router.ts';
import { Act } from './act.tsx';
import { announce } from './announcer.tsx';
import { numberOf } from './moment.tsx';
import { ErrorNote, Note } from './notes.tsx';
import { ProgressView } from './progress-view.tsx';

const names: Readonly<Record<Task['kind'], string>> = {
  sync: 'Sync',
  plan: 'Plan',
  apply: 'Sync of exactly the plan',
  retry: 'Retry',
  'undo-plan': 'Plan of the undo',
  undo: 'Undo',
  audit: 'Audit',
  connect: 'Sign-in',
};

/** What a task does now, and what came of it. */
export function TaskPanel({
  id,
  children,
}: {
  readonly id: string;
  readonly children?: (task: Task) => ComponentChildren;
}) {
  const task = tasks.value.get(id);
  const state = task?.state;
  const before = useRef(state);
  useEffect(() => {
    if (task && before.current === 'running' && state !== 'running') announce(`${names[task.kind]}: ${state}`);
    before.current = state;
  }, [state]);
  if (!task) return null;
  const name = names[task.kind];
  if (task.state === 'running')
    return (
      <section class="note accent" aria-label={name}>
        <div class="row apart">
          <h2>{name} in progress</h2>
          <Act label="Stop" kind="plain" isSmall run={() => cancel(task)} confirm={stopping(name)} />
        </div>
        <ProgressView of={task.progress} />
      </section>
    );
  if (task.error) return <ErrorNote error={task.error} />;
  if (task.state === 'cancelled') return <Note title={`${name}: stopped`}>What was in flight came to its end.</Note>;
  if (children) return <>{children(task)}</>;
  return <TaskEnd task={task} />;
}

function TaskEnd({ task: { kind, pipeline, result } }: { readonly task: Task }) {
  if (!result) return null;
  switch (result.kind) {
    case 'run':
    case 'undo': {
      const { read, created, updated, rejected } = result.tallies;
      return (
        <Note tone={result.outcome === 'completed' ? 'good' : 'warn'} title={`${names[kind]}: ${result.outcome}`}>
          <p>
            {numberOf(read)} read, {numberOf(created)} created, {numberOf(updated)} updated, {numberOf(rejected)}{' '}
            rejected. <a href={href(pathOf('pipelines', pipeline, 'runs', result.run))}>Open the run</a>
          </p>
        </Note>
      );
    }
    case 'plan':
      return (
        <Note tone="good" title="The plan is ready">
          <p>
            <a href={href(pathOf('pipelines', pipeline, 'plans', result.plan))}>Read the plan</a>
          </p>
        </Note>
      );
    case 'connected':
      return <Note tone="good" title={`Connected: ${result.account}`} />;
    case 'undo-plan':
    case 'audit':
      return <Note tone="good" title={`${names[kind]}: done`} />;
    default:
      return result satisfies never;
  }
}

async function cancel({ id }: Task): Promise<string> {
  await call('cancelTask', { path: { task: id } });
  return 'Asked to stop';
}

function stopping(name: string) {
  return {
    title: `Stop this ${name.toLowerCase()}?`,
    body: 'Reading stops at once. Writes in flight come to their end, and the next run continues where this one stopped.',
    action: 'Stop it',
  };
}
