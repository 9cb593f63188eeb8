import { startTask } from '../api/tasks.ts';
import { Act } from '../components/act.tsx';
import { href, navigate, pathOf } from '../router.ts';

/** What one can begin in a pipeline. Each says what it will do before it does it. */
export function RunActs({ pipeline }: { readonly pipeline: string }) {
  const plans = pathOf('pipelines', pipeline, 'plans');
  return (
    <>
      <Act
        label="Make a plan"
        kind="primary"
        confirm={{
          title: 'Make a plan?',
          body: 'It reads both sides and finds out what a sync would do. Nothing is written to either side. Other runs of this pipeline wait meanwhile.',
          action: 'Make the plan',
        }}
        run={async () => {
          await startTask(pipeline, { kind: 'plan' });
          navigate(plans);
          return 'A plan is being made';
        }}
      />
      <Act
        label="Sync"
        confirm={{
          title: `Sync ${pipeline} now?`,
          body: (
            <p>
              It reads what has changed at the source and writes it to Zendesk. An undo can revert it. To see every
              change first, <a href={href(plans)}>make a plan</a>.
            </p>
          ),
        }}
        run={async () => {
          await startTask(pipeline, { kind: 'sync' });
          return 'A sync has begun';
        }}
      />
      <Act
        label="Full sync"
        confirm={{
          title: `Read every customer of ${pipeline}?`,
          body: 'A full sync reads every customer, also those that have not changed, and writes what differs. It takes longer than a sync.',
        }}
        run={async () => {
          await startTask(pipeline, { kind: 'sync', full: true });
          return 'A full sync has begun';
        }}
      />
    </>
  );
}
