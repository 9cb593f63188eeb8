import type { ComponentChildren } from 'preact';
import { call } from '../api/call.ts';
import { concerns } from '../api/resource.ts';
import type { Waiting } from '../api/types.ts';
import { Empty } from '../components/notes.tsx';
import { type Column, VirtualTable } from '../components/virtual-table.tsx';
import { href, pathOf } from '../router.ts';

interface Props {
  readonly pipeline: string;
  readonly reason: string | undefined;
  readonly acts: ComponentChildren;
}

/** Skips that are decided again when their cause may have changed. */
export function WaitingTable({ pipeline, reason, acts }: Props) {
  return (
    <>
      <div class="row acts">{acts}</div>
      <VirtualTable
        label="Waiting"
        listKey={`${pipeline} ${reason}`}
        columns={columnsOf(pipeline)}
        isStale={concerns(pipeline)}
        load={({ cursor, signal }) =>
          call('listWaiting', { path: { pipeline }, query: { limit: 200, cursor, reason }, signal })
        }
        empty={
          <Empty title="Nothing waits for this reason any more.">
            <p>Choose another reason above.</p>
          </Empty>
        }
      />
    </>
  );
}

function columnsOf(pipeline: string): readonly Column<Waiting>[] {
  return [
    {
      title: 'Customer',
      width: 'minmax(6rem, 2fr)',
      cell: ({ key, name }) => (
        <a href={href(pathOf('pipelines', pipeline, 'customers', key))}>{name === '' ? key : name}</a>
      ),
    },
    { title: 'Key', width: 'minmax(6rem, 1fr)', isWideOnly: true, cell: ({ key }) => <code>{key}</code> },
    { title: 'Reason', width: 'minmax(6rem, 1fr)', cell: ({ reason }) => reason },
    { title: 'E-mail', width: 'minmax(6rem, 2fr)', isWideOnly: true, cell: ({ email }) => email ?? '' },
    {
      title: 'Next sync',
      width: '8rem',
      isWideOnly: true,
      cell: ({ due }) => (due ? 'decides it again' : <span class="soft">leaves it</span>),
    },
  ];
}
