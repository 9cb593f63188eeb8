import { listedKinds, meanings, verbOf } from '../../cli/format/format-plan.ts';
import type { PlanChange } from '../api/types.ts';
import { Dialog } from '../components/dialog.tsx';
import { Pairs } from '../components/facts.tsx';
import { FieldDiff } from '../components/field-diff.tsx';
import { LinkAct } from '../components/link-act.tsx';
import { RecordLinks } from '../components/record-links.tsx';
import { Tag } from '../components/tags.tsx';
import { nameOf } from './change-table.tsx';

interface Props {
  readonly pipeline: string;
  readonly of: PlanChange;
  onClose(): void;
}

/** One change with every field, and what settles it where a person must. */
export function ChangeDrawer({ pipeline, of, onClose }: Props) {
  const { key, action, code, message, detail, destinationId, blockedByUserId, fields, urls } = of;
  const kind = listedKinds.find((one) => one === action);
  return (
    <Dialog title={nameOf(of)} isDrawer onClose={onClose}>
      <div class="stack">
        <Pairs
          of={[
            ['What', <Tag word={verbOf(of).verb} />],
            ...(code === undefined || code === action ? [] : [['Reason', code] as const]),
            ['Key', <code>{key}</code>],
            ['Zendesk user', destinationId ?? blockedByUserId ?? 'none yet'],
          ]}
        />
        {kind && <p class="soft">{meanings[kind]}</p>}
        {message !== undefined && <p>{message}</p>}
        {detail !== undefined && <p class="soft">{detail}</p>}
        {action === 'conflict' && (
          <div class="row">
            <LinkAct
              pipeline={pipeline}
              customer={key}
              name={nameOf(of)}
              suggestion={blockedByUserId}
              isSmall
              onDone={onClose}
            />
          </div>
        )}
        {Object.keys(fields).length > 0 && (
          <div>
            <h3>Fields</h3>
            <FieldDiff of={fields} />
          </div>
        )}
        <RecordLinks pipeline={pipeline} customer={key} urls={urls} />
      </div>
    </Dialog>
  );
}
