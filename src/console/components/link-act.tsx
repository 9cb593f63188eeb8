import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { call } from '../api/call.ts';
import { startTask } from '../api/tasks.ts';
import { Act } from './act.tsx';

interface Props {
  readonly pipeline: string;
  readonly customer: string;
  readonly name: string;
  /** The user that stands in the way. */
  readonly suggestion: string | undefined;
  readonly isSmall?: boolean;
  onDone?(): void;
}

/** Settles a conflict: this customer is that Zendesk user. */
export function LinkAct({ pipeline, customer, name, suggestion = '', isSmall = false, onDone }: Props) {
  const zendeskId = useSignal(suggestion);
  const isRetried = useSignal(true);
  const id = useId();
  return (
    <Act
      label="Link …"
      isSmall={isSmall}
      confirm={{
        title: `Which Zendesk user is ${name === '' ? customer : name}?`,
        action: 'Link',
        body: (
          <div class="stack">
            <p>
              The user becomes the user of this customer, keeps its tickets, and gets the customer’s values with the
              next write. Look at it in Zendesk first: it must be the same person or company.
            </p>
            <div class="field">
              <label for={id}>Id of the Zendesk user</label>
              <input
                id={id}
                inputMode="numeric"
                pattern="\d{1,20}"
                value={zendeskId.value}
                onInput={({ currentTarget }) => (zendeskId.value = currentTarget.value.trim())}
              />
            </div>
            <label class="check">
              <input
                type="checkbox"
                checked={isRetried.value}
                onChange={({ currentTarget }) => (isRetried.value = currentTarget.checked)}
              />
              Retry this customer right after
            </label>
          </div>
        ),
      }}
      run={async () => {
        await call('linkCustomer', { path: { pipeline }, body: { key: customer, zendeskId: zendeskId.value } });
        if (isRetried.value) await startTask(pipeline, { kind: 'retry', keys: [customer] });
        onDone?.();
        return isRetried.value ? 'Linked; a retry has begun' : 'Linked; the next sync writes it';
      }}
    />
  );
}
