import { call } from '../api/call.ts';
import { concerns } from '../api/resource.ts';
import type { Plan } from '../api/types.ts';
import { useTask } from '../api/use-task.ts';
import { Moment, numberOf } from '../components/moment.tsx';
import { Empty, Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { PipelineTabs } from '../components/pipeline-tabs.tsx';
import { TaskPanel } from '../components/task-panel.tsx';
import { type Column, VirtualTable } from '../components/virtual-table.tsx';
import type { PageProps } from '../pages.tsx';
import { href, pathOf } from '../router.ts';
import { isOperator } from '../session.ts';
import { PlanActs } from './plan-acts.tsx';

/** Makes plans, and lists those that were made here. */
export function PlansPage({ pipeline }: PageProps) {
  const planning = useTask(pipeline, ['plan']);
  return (
    <>
      <PageHead title="Plans" lead={`What a sync of ${pipeline} would do`}>
        <PlanActs pipeline={pipeline} />
      </PageHead>
      <PipelineTabs pipeline={pipeline} />
      {planning && <TaskPanel id={planning.id} />}
      {isOperator.value ? (
        <VirtualTable
          label="Plans, newest first"
          listKey={pipeline}
          columns={columnsOf(pipeline)}
          isStale={concerns(pipeline)}
          load={({ cursor, signal }) => call('listPlans', { query: { pipeline, limit: 50, cursor }, signal })}
          empty={
            <Empty title="No plan has been made yet.">
              <p>Make one: it reads both sides, shows every change, and writes nothing.</p>
            </Empty>
          }
        />
      ) : (
        <Note title="Only operators may read plans">
          <p>A plan holds customer data, and you are signed in as a viewer.</p>
        </Note>
      )}
    </>
  );
}

function columnsOf(pipeline: string): readonly Column<Plan>[] {
  const count = (title: string, name: keyof Plan['counts'], isWideOnly = true): Column<Plan> => ({
    title,
    width: '5.5rem',
    isNumber: true,
    isWideOnly,
    cell: ({ counts }) => numberOf(counts[name]),
  });
  return [
    {
      title: 'Made',
      width: 'minmax(6rem, 2fr)',
      cell: ({ id, createdAt }) => (
        <a href={href(pathOf('pipelines', pipeline, 'plans', id))}>
          <Moment at={createdAt} />
        </a>
      ),
    },
    { title: 'By', width: 'minmax(6rem, 1fr)', isWideOnly: true, cell: ({ by }) => by },
    { title: 'State', width: '6rem', cell: ({ state }) => state },
    count('Create', 'create', false),
    count('Update', 'update'),
    count('Deactivate', 'deactivate'),
    count('Conflict', 'conflict'),
    count('Reject', 'reject'),
  ];
}
