import { useSignal } from '@preact/signals';
import { startTask } from '../api/tasks.ts';
import { Act } from '../components/act.tsx';

export function PlanActs({ pipeline }: { readonly pipeline: string }) {
  const isFull = useSignal(false);
  return (
    <Act
      label="Make a plan"
      kind="primary"
      confirm={{
        title: 'Make a plan?',
        body: (
          <div class="stack">
            <p>
              It reads both sides and finds out what a sync would do. Nothing is written to either side. Other runs of
              this pipeline wait meanwhile.
            </p>
            <label class="check">
              <input
                type="checkbox"
                checked={isFull.value}
                onChange={({ currentTarget }) => (isFull.value = currentTarget.checked)}
              />
              Read every customer, not only those that have changed
            </label>
          </div>
        ),
        action: 'Make the plan',
      }}
      run={async () => {
        await startTask(pipeline, { kind: 'plan', ...(isFull.value && { full: true }) });
        return 'A plan is being made';
      }}
    />
  );
}
