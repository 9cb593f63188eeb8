import { useSignal } from '@preact/signals';
import { describeTime, kinds, listedKinds, meanings } from '../../cli/format/format-plan.ts';
import { call } from '../api/call.ts';
import { concerns, useResource } from '../api/resource.ts';
import type { Plan, PlanChange } from '../api/types.ts';
import { useTask } from '../api/use-task.ts';
import { Facts } from '../components/facts.tsx';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { Moment, numberOf } from '../components/moment.tsx';
import { ErrorNote, Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { PipelineTabs } from '../components/pipeline-tabs.tsx';
import { TaskPanel } from '../components/task-panel.tsx';
import type { PageProps } from '../pages.tsx';
import { href, pathOf } from '../router.ts';
import { isOperator } from '../session.ts';
import { ApplyActs } from './apply-acts.tsx';
import { ChangeDrawer } from './change-drawer.tsx';
import { ChangeTable } from './change-table.tsx';

/** What a sync would do: totals first, then every change. */
export function PlanPage({ pipeline, id }: PageProps) {
  const plan = useResource({
    key: id,
    load: (signal) => call('getPlan', { path: { plan: id }, signal }),
    isStale: concerns(pipeline),
  });
  const applying = useTask(pipeline, ['apply']);
  return (
    <>
      <PageHead title={`What a sync of ${pipeline} would do`} lead={plan.value ? <MadeOf of={plan.value} /> : ' '}>
        {plan.value && <ApplyActs of={plan.value} />}
      </PageHead>
      <PipelineTabs pipeline={pipeline} />
      {applying && <TaskPanel id={applying.id} />}
      {isOperator.value ? (
        <Loaded of={plan} skeleton={<Skeleton lines={8} />}>
          {(value) => <PlanView of={value} />}
        </Loaded>
      ) : (
        <Note title="Only operators may read plans">
          <p>A plan holds customer data, and you are signed in as a viewer.</p>
        </Note>
      )}
    </>
  );
}

function MadeOf({ of: { accounts, createdAt, state, run, pipeline } }: { readonly of: Plan }) {
  return (
    <>
      <strong>
        {accounts.source} → {accounts.destination}
      </strong>
      <br />
      As of <Moment at={createdAt} />.{' '}
      {run !== null && <a href={href(pathOf('pipelines', pipeline, 'runs', run))}>Applied by run {run.slice(0, 8)}</a>}
      {run === null && (state === 'applying' ? 'It is being applied.' : 'Nothing has been written.')}
    </>
  );
}

function PlanView({ of }: { readonly of: Plan }) {
  const { counts, estimate, outcome, warnings, error } = of;
  const open = useSignal<PlanChange | undefined>(undefined);
  const listed = listedKinds.filter((kind) => counts[kind] > 0);
  return (
    <>
      {error && <ErrorNote error={error} />}
      <Facts
        of={[
          ...kinds.map(({ name, noun }) => [noun, numberOf(counts[name])] as const),
          ['unchanged', numberOf(counts.unchanged)],
          ['Zendesk calls', numberOf(estimate.calls.total ?? 0)],
          ['expected time', describeTime(estimate.expectedMs)],
        ]}
      />
      {outcome === 'held' && (
        <Note tone="warn">
          <p>There are more deactivations than the cap allows: none of them will be done.</p>
        </Note>
      )}
      {warnings.map(({ code, message }) => (
        <Note key={code + message} tone="warn">
          <p>{message}</p>
        </Note>
      ))}
      <section aria-label="Changes">
        <h2>Changes</h2>
        <details>
          <summary>What these words mean</summary>
          <dl class="pairs">
            {listed.map((kind) => [<dt key={`${kind} name`}>{kind}</dt>, <dd key={kind}>{meanings[kind]}</dd>])}
          </dl>
        </details>
        <ChangeTable of={of} kinds={listed} onOpen={(change) => (open.value = change)} />
      </section>
      {open.value && <ChangeDrawer pipeline={of.pipeline} of={open.value} onClose={() => (open.value = undefined)} />}
    </>
  );
}
