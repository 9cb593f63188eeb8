import { describeTime } from '../../cli/format/format-plan.ts';
import { call } from '../api/call.ts';
import { startTask } from '../api/tasks.ts';
import type { Plan } from '../api/types.ts';
import { Act } from '../components/act.tsx';
import { numberOf } from '../components/moment.tsx';
import { navigate, pathOf } from '../router.ts';

const states: Readonly<Record<Plan['state'], string | undefined>> = {
  ready: undefined,
  applying: 'It is being applied.',
  applied: 'It was applied already. Make a new plan.',
  'not-whole': 'The plan is not whole: its reading failed. Make a new one.',
};

/** Approves a plan: a sync does exactly what it shows. Or removes it. */
export function ApplyActs({ of: { id, pipeline, state, counts, estimate } }: { readonly of: Plan }) {
  const { create, update, adopt, deactivate } = counts;
  return (
    <>
      <Act
        label="Apply exactly this"
        kind="primary"
        unavailable={states[state]}
        confirm={{
          title: 'Apply this plan?',
          body: (
            <>
              <p>
                {numberOf(create)} users are created, {numberOf(update)} updated, {numberOf(adopt)} adopted and{' '}
                {numberOf(deactivate)} deactivated in Zendesk, in about {describeTime(estimate.expectedMs)}.
              </p>
              <p>
                Customers that have changed since the plan was made are skipped as <code>drifted</code>. An undo can
                revert the run.
              </p>
            </>
          ),
          action: 'Apply it',
        }}
        run={async () => {
          await startTask(pipeline, { kind: 'apply', plan: id });
          return 'The plan is being applied';
        }}
      />
      <Act
        label="Discard"
        unavailable={state === 'applying' ? states.applying : undefined}
        confirm={{
          title: 'Discard this plan?',
          body: 'The plan is removed with the customer data in it. Nothing is written to either side.',
          isDanger: true,
        }}
        run={async () => {
          await call('discardPlan', { path: { plan: id } });
          navigate(pathOf('pipelines', pipeline, 'plans'));
          return 'The plan was removed';
        }}
      />
    </>
  );
}
