import { useSignal } from '@preact/signals';
import { call } from '../api/call.ts';
import { concerns } from '../api/resource.ts';
import { startTask } from '../api/tasks.ts';
import type { Reject } from '../api/types.ts';
import { Act } from '../components/act.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Pairs } from '../components/facts.tsx';
import { LinkAct } from '../components/link-act.tsx';
import { Moment, numberOf } from '../components/moment.tsx';
import { Empty } from '../components/notes.tsx';
import { RecordLinks } from '../components/record-links.tsx';
import { type Column, VirtualTable } from '../components/virtual-table.tsx';

interface Props {
  readonly pipeline: string;
  /** Undefined: all. */
  readonly code: string | undefined;
  readonly total: number;
}

/** What one retry takes by key. */
const maxKeys = 1_000;

/** Rejects of one reason or all: chosen ones or all are tried again, a conflict is settled by a link. */
export function RejectTable({ pipeline, code, total }: Props) {
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const open = useSignal<Reject | undefined>(undefined);
  const toggle = (key: string): void => {
    const next = new Set(chosen.value);
    if (!next.delete(key) && next.size < maxKeys) next.add(key);
    chosen.value = next;
  };
  const { size } = chosen.value;
  return (
    <>
      <div class="row acts">
        <Act
          label={size === 0 ? 'Retry chosen' : `Retry ${numberOf(size)} chosen`}
          kind="primary"
          unavailable={size === 0 ? 'Choose customers in the list first.' : undefined}
          confirm={retrying(numberOf(size))}
          run={async () => {
            await startTask(pipeline, { kind: 'retry', keys: [...chosen.value] });
            chosen.value = new Set();
            return 'A retry has begun';
          }}
        />
        {code === undefined && (
          <Act
            label="Retry all"
            confirm={retrying(numberOf(total))}
            run={async () => {
              await startTask(pipeline, { kind: 'retry' });
              return 'A retry has begun';
            }}
          />
        )}
      </div>
      <VirtualTable
        label="Rejects"
        listKey={`${pipeline} ${code}`}
        columns={columnsOf(chosen.value, { toggle, onOpen: (reject) => (open.value = reject) })}
        total={total}
        isStale={concerns(pipeline)}
        load={({ cursor, signal }) =>
          call('listRejects', { path: { pipeline }, query: { limit: 200, cursor, code }, signal })
        }
        empty={
          <Empty title="Nothing is rejected for this reason any more.">
            <p>Choose another reason above.</p>
          </Empty>
        }
      />
      {open.value && <RejectDrawer pipeline={pipeline} of={open.value} onClose={() => (open.value = undefined)} />}
    </>
  );
}

function retrying(count: string) {
  return {
    title: `Retry ${count} rejects?`,
    body: 'Each customer is sent again as it was read. What cannot be written yet stays here, with its reason. For a cause that was corrected at the source, a sync is enough: it reads what has changed.',
    action: 'Retry',
  };
}

function columnsOf(
  chosen: ReadonlySet<string>,
  { toggle, onOpen }: { toggle(key: string): void; onOpen(reject: Reject): void },
): readonly Column<Reject>[] {
  return [
    {
      title: 'Choose',
      width: '3.5rem',
      cell: ({ key, name }) => (
        <input
          type="checkbox"
          aria-label={`Choose ${name === '' ? key : name}`}
          checked={chosen.has(key)}
          onChange={() => toggle(key)}
        />
      ),
    },
    {
      title: 'Customer',
      width: 'minmax(6rem, 2fr)',
      cell: (reject) => (
        <button type="button" class="open" onClick={() => onOpen(reject)}>
          {reject.name === '' ? reject.key : reject.name}
        </button>
      ),
    },
    { title: 'Key', width: 'minmax(6rem, 1fr)', isWideOnly: true, cell: ({ key }) => <code>{key}</code> },
    { title: 'Reason', width: 'minmax(6rem, 1.2fr)', cell: ({ code }) => code },
    { title: 'Since', width: '12rem', isWideOnly: true, cell: ({ at }) => <Moment at={at} /> },
    {
      title: 'Next sync',
      width: '7rem',
      isWideOnly: true,
      cell: ({ due }) => (due ? 'tries it again' : <span class="soft">leaves it</span>),
    },
  ];
}

function RejectDrawer({ pipeline, of, onClose }: { readonly pipeline: string; readonly of: Reject; onClose(): void }) {
  const { key, name, code, message, detail, at, blockedByUserId, blockedByEmail, record, urls } = of;
  return (
    <Dialog title={name === '' ? key : name} isDrawer onClose={onClose}>
      <div class="stack">
        <Pairs
          of={[
            ['Reason', code],
            ['Key', <code>{key}</code>],
            ['Since', <Moment at={at} />],
            ...(blockedByUserId === undefined ? [] : [['In the way', <code>{blockedByUserId}</code>] as const]),
            ...(blockedByEmail === undefined ? [] : [['Its address', blockedByEmail] as const]),
          ]}
        />
        <p>{message}</p>
        {detail !== undefined && <p class="soft">{detail}</p>}
        <div class="row">
          <Act
            label="Retry"
            isSmall
            confirm={retrying('1')}
            run={async () => {
              await startTask(pipeline, { kind: 'retry', keys: [key] });
              onClose();
              return 'A retry has begun';
            }}
          />
          <LinkAct
            pipeline={pipeline}
            customer={key}
            name={name}
            suggestion={blockedByUserId}
            isSmall
            onDone={onClose}
          />
        </div>
        <RecordLinks pipeline={pipeline} customer={key} urls={urls} />
        <details>
          <summary>The record as it was read</summary>
          <pre class="card">{JSON.stringify(record, null, 2)}</pre>
        </details>
      </div>
    </Dialog>
  );
}
