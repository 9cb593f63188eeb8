import { call } from '../api/call.ts';
import { concerns } from '../api/resource.ts';
import type { Run } from '../api/types.ts';
import { durationOf, Moment, numberOf } from '../components/moment.tsx';
import { Empty } from '../components/notes.tsx';
import { OutcomeTag } from '../components/tags.tsx';
import { type Column, VirtualTable } from '../components/virtual-table.tsx';
import { href, pathOf } from '../router.ts';

/** Past runs, newest first. */
export function RunTimeline({ pipeline }: { readonly pipeline: string }) {
  return (
    <VirtualTable
      label="Runs, newest first"
      listKey={pipeline}
      columns={columnsOf(pipeline)}
      isStale={concerns(pipeline)}
      load={({ cursor, signal }) => call('listRuns', { path: { pipeline }, query: { limit: 50, cursor }, signal })}
      empty={
        <Empty title="Nothing has run yet.">
          <p>Make a plan to see what a first sync would do.</p>
        </Empty>
      }
    />
  );
}

function columnsOf(pipeline: string): readonly Column<Run>[] {
  const count = (title: string, name: 'created' | 'updated' | 'rejected'): Column<Run> => ({
    title,
    width: '5rem',
    isNumber: true,
    isWideOnly: true,
    cell: ({ tallies }) => (tallies ? numberOf(tallies[name]) : '–'),
  });
  return [
    {
      title: 'Begun',
      width: 'minmax(6rem, 1fr)',
      cell: ({ id, startedAt }) => (
        <a href={href(pathOf('pipelines', pipeline, 'runs', id))}>
          <Moment at={startedAt} />
        </a>
      ),
    },
    { title: 'Kind', width: '4.5rem', isWideOnly: true, cell: ({ kind }) => kind },
    { title: 'Outcome', width: '7rem', cell: (run) => <OutcomeTag of={run} /> },
    {
      title: 'Took',
      width: '5rem',
      isWideOnly: true,
      cell: ({ startedAt, finishedAt }) =>
        finishedAt === undefined ? '–' : durationOf(Date.parse(finishedAt) - Date.parse(startedAt)),
    },
    count('Created', 'created'),
    count('Updated', 'updated'),
    count('Rejected', 'rejected'),
    { title: 'Undone by', width: '7rem', isWideOnly: true, cell: ({ undoneBy }) => undoneBy?.slice(0, 8) ?? '' },
  ];
}
