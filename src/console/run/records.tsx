import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { call } from '../api/call.ts';
import type { Reason, RunRecord } from '../api/types.ts';
import { fieldNames } from '../components/field-diff.tsx';
import { numberOf } from '../components/moment.tsx';
import { Empty } from '../components/notes.tsx';
import { OutcomeTag } from '../components/tags.tsx';
import { type Column, VirtualTable } from '../components/virtual-table.tsx';
import { place, setQuery } from '../router.ts';
import { RecordDrawer } from './record-drawer.tsx';

interface Props {
  readonly pipeline: string;
  readonly run: string;
  readonly reasons: readonly Reason[];
}

/** The records of a run, all or those of one reason. */
export function Records({ pipeline, run, reasons }: Props) {
  const open = useSignal<RunRecord | undefined>(undefined);
  const id = useId();
  const chosen = place.value.query.get('reason') ?? '';
  const reason = reasons.find((one) => keyOf(one) === chosen);
  const total =
    reason?.count ?? reasons.reduce((sum, { count, outcome }) => sum + (outcome === 'unchanged' ? 0 : count), 0);
  return (
    <section aria-label="Records">
      <h2>Records</h2>
      <div class="filters">
        <div class="field">
          <label for={id}>Outcome and reason</label>
          <select id={id} value={chosen} onChange={({ currentTarget }) => setQuery('reason', currentTarget.value)}>
            <option value="">all that were not unchanged</option>
            {reasons.map((one) => (
              <option key={keyOf(one)} value={keyOf(one)}>
                {one.outcome}
                {one.code !== null && one.code !== '' && `: ${one.code}`} ({numberOf(one.count)})
              </option>
            ))}
          </select>
        </div>
      </div>
      {reason?.meaning !== undefined && <p class="soft">{reason.meaning}</p>}
      <VirtualTable
        label="Records of the run"
        listKey={`${run} ${chosen}`}
        columns={columnsOf((record) => (open.value = record))}
        total={total}
        load={({ cursor, signal }) =>
          call('listRunRecords', {
            path: { pipeline, run },
            query: { limit: 200, cursor, outcome: reason?.outcome, code: reason ? (reason.code ?? '') : undefined },
            signal,
          })
        }
        empty={
          <Empty title="No records.">
            <p>Everything that was read was up to date, or the records of this run are not kept any more.</p>
          </Empty>
        }
      />
      {open.value && <RecordDrawer pipeline={pipeline} of={open.value} onClose={() => (open.value = undefined)} />}
    </section>
  );
}

function keyOf({ outcome, code }: Reason): string {
  return `${outcome}:${code ?? ''}`;
}

function columnsOf(onOpen: (record: RunRecord) => void): readonly Column<RunRecord>[] {
  return [
    {
      title: 'Customer',
      width: 'minmax(6rem, 2fr)',
      cell: (record) => (
        <button type="button" class="open" onClick={() => onOpen(record)}>
          {record.name === undefined || record.name === '' ? record.key : record.name}
        </button>
      ),
    },
    { title: 'Key', width: 'minmax(6rem, 1fr)', isWideOnly: true, cell: ({ key }) => <code>{key}</code> },
    { title: 'Outcome', width: '7rem', cell: (record) => <OutcomeTag of={record} /> },
    { title: 'Reason', width: 'minmax(6rem, 1fr)', isWideOnly: true, cell: ({ code }) => code ?? '' },
    { title: 'Fields', width: 'minmax(6rem, 2fr)', isWideOnly: true, cell: ({ changes }) => fieldNames(changes) },
  ];
}
