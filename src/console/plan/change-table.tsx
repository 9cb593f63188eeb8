import { useSignal } from '@preact/signals';
import { type PlannedKind, verbOf } from '../../cli/format/format-plan.ts';
import { call } from '../api/call.ts';
import type { Plan, PlanChange } from '../api/types.ts';
import { fieldNames } from '../components/field-diff.tsx';
import { numberOf } from '../components/moment.tsx';
import { Empty } from '../components/notes.tsx';
import { Tag } from '../components/tags.tsx';
import { type Column, VirtualTable } from '../components/virtual-table.tsx';

interface Props {
  readonly of: Plan;
  readonly kinds: readonly PlannedKind[];
  onOpen(change: PlanChange): void;
}

/** Every change of a plan, or those of one kind. */
export function ChangeTable({ of: { id, counts }, kinds, onOpen }: Props) {
  // What a person has to decide is shown first.
  const chosen = useSignal<PlannedKind | ''>(kinds.find((kind) => kind === 'conflict' || kind === 'reject') ?? '');
  const action = chosen.value === '' ? undefined : chosen.value;
  const total = kinds.reduce((sum, kind) => sum + counts[kind], 0);
  return (
    <>
      <fieldset class="choice">
        <legend class="visually-hidden">Show</legend>
        {(['', ...kinds] as const).map((kind) => (
          <label key={kind}>
            <input type="radio" name="action" checked={chosen.value === kind} onChange={() => (chosen.value = kind)} />
            <span>
              {kind === '' ? 'all' : kind} <strong>{numberOf(kind === '' ? total : counts[kind])}</strong>
            </span>
          </label>
        ))}
      </fieldset>
      <VirtualTable
        label="Changes"
        listKey={`${id} ${action}`}
        columns={columnsOf(onOpen)}
        total={action === undefined ? undefined : counts[action]}
        load={({ cursor, signal }) =>
          call('listPlanChanges', { path: { plan: id }, query: { limit: 200, cursor, action }, signal })
        }
        empty={
          <Empty title="There is nothing to do.">
            <p>Everything that was read is up to date in Zendesk.</p>
          </Empty>
        }
      />
    </>
  );
}

function columnsOf(onOpen: (change: PlanChange) => void): readonly Column<PlanChange>[] {
  return [
    { title: 'What', width: '7rem', cell: (change) => <Tag word={verbOf(change).verb} /> },
    {
      title: 'Customer',
      width: 'minmax(6rem, 2fr)',
      cell: (change) => (
        <button type="button" class="open" onClick={() => onOpen(change)}>
          {nameOf(change)}
        </button>
      ),
    },
    { title: 'Key', width: 'minmax(6rem, 1fr)', isWideOnly: true, cell: ({ key }) => <code>{key}</code> },
    {
      title: 'Zendesk user',
      width: 'minmax(6rem, 1fr)',
      isWideOnly: true,
      cell: ({ destinationId, blockedByUserId }) => destinationId ?? blockedByUserId ?? '',
    },
    {
      title: 'Reason or fields',
      width: 'minmax(6rem, 3fr)',
      isWideOnly: true,
      cell: ({ code, action, fields }) => (code === undefined || code === action ? fieldNames(fields) : code),
    },
  ];
}

export function nameOf({ name, key, fields }: PlanChange): string {
  if (name !== undefined && name !== '') return name;
  const written = fields.name?.[1];
  return typeof written === 'string' ? written : key;
}
