import type { RunRecord } from '../api/types.ts';
import { Dialog } from '../components/dialog.tsx';
import { Pairs } from '../components/facts.tsx';
import { FieldDiff } from '../components/field-diff.tsx';
import { Moment } from '../components/moment.tsx';
import { RecordLinks } from '../components/record-links.tsx';
import { OutcomeTag } from '../components/tags.tsx';

interface Props {
  readonly pipeline: string;
  readonly of: RunRecord;
  onClose(): void;
}

/** Everything about one record of a run: the reason, and each field before and after. */
export function RecordDrawer({ pipeline, of, onClose }: Props) {
  const { key, name, code, message, detail, destinationId, blockedByUserId, changes, at, urls } = of;
  return (
    <Dialog title={name === undefined || name === '' ? key : name} isDrawer onClose={onClose}>
      <div class="stack">
        <Pairs
          of={[
            ['Outcome', <OutcomeTag of={of} />],
            ['Reason', code ?? 'none needed'],
            ['At', <Moment at={at} seconds />],
            ['Key', <code>{key}</code>],
            ['Zendesk user', destinationId === undefined ? 'none' : <code>{destinationId}</code>],
            ...(blockedByUserId === undefined ? [] : [['In the way', <code>{blockedByUserId}</code>] as const]),
          ]}
        />
        {message !== undefined && <p>{message}</p>}
        {detail !== undefined && <p class="soft">{detail}</p>}
        {changes && (
          <div>
            <h3>Fields</h3>
            <FieldDiff of={changes} />
          </div>
        )}
        <RecordLinks pipeline={pipeline} customer={key} urls={urls} />
      </div>
    </Dialog>
  );
}
