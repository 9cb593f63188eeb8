import { startTask } from '../api/tasks.ts';
import type { Customer } from '../api/types.ts';
import { Act } from '../components/act.tsx';
import { LinkAct } from '../components/link-act.tsx';

/** What a person can do about one customer. */
export function SettleActs({
  pipeline,
  of: { key, name, deadLetter },
}: {
  readonly pipeline: string;
  readonly of: Customer;
}) {
  return (
    <>
      <Act
        label="Sync this customer"
        confirm={{
          title: 'Sync this customer?',
          body: `The customer ${key} is read at the source, and written to Zendesk if something differs. Nobody else is touched.`,
        }}
        run={async () => {
          await startTask(pipeline, { kind: 'sync', keys: [key] });
          return 'A sync of this customer has begun';
        }}
      />
      {deadLetter && (
        <>
          <Act
            label="Retry"
            confirm={{
              title: 'Try this customer again?',
              body: `Its record is read again, and what was rejected for ${deadLetter.code} is sent again.`,
            }}
            run={async () => {
              await startTask(pipeline, { kind: 'retry', keys: [key] });
              return 'A retry has begun';
            }}
          />
          <LinkAct pipeline={pipeline} customer={key} name={name ?? ''} suggestion={deadLetter.blockedByUserId} />
        </>
      )}
    </>
  );
}
