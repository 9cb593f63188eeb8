import { useSignal } from '@preact/signals';
import { startTask, tasks } from '../api/tasks.ts';
import type { RunDetails, Task } from '../api/types.ts';
import { Act } from '../components/act.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Facts } from '../components/facts.tsx';
import { FieldDiff } from '../components/field-diff.tsx';
import { durationOf, numberOf } from '../components/moment.tsx';
import { TaskPanel } from '../components/task-panel.tsx';

/** Reverts a run: shows what that would do first, and does it when somebody says so. */
export function UndoAct({ pipeline, of: { run, undoable } }: { readonly pipeline: string; readonly of: RunDetails }) {
  const planning = useSignal<string | undefined>(undefined);
  const undoing = useSignal<string | undefined>(undefined);
  const isOpen = useSignal(false);
  const why = run.undoneBy !== undefined ? 'It was undone already.' : 'Nothing of it is kept that could be reverted.';
  return (
    <>
      <Act
        label="Undo …"
        unavailable={undoable ? undefined : why}
        run={async () => {
          undoing.value = undefined;
          planning.value = (await startTask(pipeline, { kind: 'undo-plan', run: run.id })).id;
          isOpen.value = true;
          return 'Looking at what an undo would do';
        }}
      />
      {isOpen.value && (
        <Dialog title={`Undo run ${run.id.slice(0, 8)}`} isDrawer onClose={() => (isOpen.value = false)}>
          {undoing.value === undefined && planning.value !== undefined && (
            <TaskPanel id={planning.value}>
              {(task) => (
                <UndoPlan
                  of={task}
                  onUndo={async () => {
                    undoing.value = (await startTask(pipeline, { kind: 'undo', run: run.id })).id;
                    return 'The undo has begun';
                  }}
                />
              )}
            </TaskPanel>
          )}
          {undoing.value !== undefined && <TaskPanel id={undoing.value}>{(task) => <Undone of={task} />}</TaskPanel>}
          {planning.value !== undefined && !tasks.value.has(planning.value) && (
            <p>The service has forgotten this. Close it, and try again.</p>
          )}
        </Dialog>
      )}
    </>
  );
}

function UndoPlan({ of: { result }, onUndo }: { readonly of: Task; readonly onUndo: () => Promise<string> }) {
  if (result?.kind !== 'undo-plan') return null;
  const { deleted, restored, unchanged, conflicts, related, estimate, steps } = result;
  const isNothing = deleted + restored + related === 0;
  return (
    <div class="stack">
      <p>
        This is what an undo would do. Nothing has been written yet. Afterwards syncs are paused until somebody resumes
        them.
      </p>
      <Facts
        of={[
          ['users deleted', numberOf(deleted)],
          ['users restored', numberOf(restored)],
          ['left: changed since', numberOf(conflicts)],
          ['nothing to do', numberOf(unchanged)],
          ['organizations and more', numberOf(related)],
          ['expected time', durationOf(estimate.expectedMs)],
        ]}
      />
      <div class="row end">
        <Act
          label="Undo this run"
          kind="danger"
          unavailable={isNothing ? 'There is nothing to revert.' : undefined}
          confirm={{
            title: 'Undo this run?',
            body: `${numberOf(deleted)} users are deleted in Zendesk, and ${numberOf(restored)} get back the values that they had.`,
            action: 'Undo it',
            isDanger: true,
          }}
          run={onUndo}
        />
      </div>
      {steps.length > 0 && <h3>The first {numberOf(steps.length)} by key</h3>}
      <ul class="diff">
        {steps.map((step) => (
          <li key={step.key}>
            <code>{step.key}</code> <span class="soft">{step.code ?? step.action}</span>
            <FieldDiff of={step.fields} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Undone({ of: { result } }: { readonly of: Task }) {
  if (result?.kind !== 'undo') return null;
  const { outcome, deleted, tallies, exceptions } = result;
  return (
    <div class="stack">
      <p>
        <strong>Undo: {outcome}.</strong> {numberOf(deleted)} users were deleted, {numberOf(tallies.updated - deleted)}{' '}
        restored. Syncs are paused until somebody resumes them on the page of the pipeline.
      </p>
      {exceptions.length > 0 && <h3>Left or done otherwise</h3>}
      <ul>
        {exceptions.map(({ key, code, message }) => (
          <li key={key}>
            <code>{key}</code> {code}: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
